"""The use cases of the counter: what people do there, over ports, without a screen."""

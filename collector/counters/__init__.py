"""What stands on each device's counter: chosen here, told by the directory, heard of by its status."""

// Keeps today fresh: fetches the page again and puts the new figures in place of the old.
// Nothing moves while somebody reads with the keyboard or the page is out of sight.

const EVERY_MS = 10_000;

async function refresh() {
  const shown = document.querySelector("[data-live]");
  if (document.hidden || shown.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.replaceWith(page.querySelector("[data-live]"));
  } catch {
    document.querySelector("[data-stale]").hidden = false;
  }
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", refresh);

// Enhancement only: asks now and then whether the file of the other device has arrived; the page's own link does the same.
const EVERY_MS = 3_000;
const box = document.querySelector('[data-arrival]');

async function ask() {
  try {
    const answer = document.hidden ? undefined : await fetch(location.href.split('?')[0], { headers: { accept: 'text/html' } });
    const fresh = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-arrival]') : undefined;
    const [now, then] = [fresh?.querySelector('[data-arrival-text]').textContent, box.querySelector('[data-arrival-text]').textContent];
    if (fresh && now !== then) {
      box.querySelector('[data-arrival-text]').textContent = now;
      const link = fresh.querySelector('a');
      const own = box.querySelector('a');
      if (link && own) own.replaceWith(link);
    }
  } catch {
    // Asked again in a moment.
  }
  setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);

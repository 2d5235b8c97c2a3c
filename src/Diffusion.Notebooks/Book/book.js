// What a page is better with; it is whole without.
(function () {
  const narrow = matchMedia('(max-width: 62rem)');
  const contents = document.querySelector('.contents details');

  // The contents stand beside a wide page, and are folded above a narrow one.
  function fold() { if (contents) contents.open = !narrow.matches; }
  narrow.addEventListener('change', fold);
  fold();
  contents?.addEventListener('click', event => {
    if (narrow.matches && event.target.closest('a')) contents.open = false;
  });

  // The section that is being read is marked in the contents.
  const links = Array.from(document.querySelectorAll('.contents ul a'));
  const headings = links.map(link => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  function mark() {
    const here = headings.findLastIndex(heading => heading && heading.getBoundingClientRect().top < innerHeight / 4);
    links.forEach((link, i) => i === here ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current'));
  }
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();

  // A box that scrolls must be in reach of the keyboard.
  function reach() {
    for (const box of document.querySelectorAll('pre, .table, .math, .output, .output div')) {
      const scrolls = (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)
        && /auto|scroll/.test(getComputedStyle(box).overflow);
      if (scrolls && !box.hasAttribute('tabindex')) box.tabIndex = 0;
    }
  }
  addEventListener('resize', reach);
  addEventListener('load', reach);

  for (const source of document.querySelectorAll('.source')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.title = 'Copy';
    button.setAttribute('aria-label', 'Copy the code');
    // Two sheets.
    button.innerHTML = '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">'
      + '<rect x="5.5" y="5.5" width="9" height="9" rx="1.5"/><path d="M10.5 2.5v-1h-9v9h1"/></svg><span role="status"></span>';
    button.addEventListener('click', async () => {
      const text = source.querySelector('code').textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // A page opened from a file may not be trusted with the clipboard; the old way still works there.
        const area = document.createElement('textarea');
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
      }
      const status = button.querySelector('span');
      status.textContent = 'Copied';
      setTimeout(() => { status.textContent = ''; }, 1200);
    });
    source.append(button);
  }

  // Paper is white: figures look at the root's attributes to repaint in the page's ink.
  addEventListener('beforeprint', () => { document.documentElement.dataset.theme = 'paper'; });
  addEventListener('afterprint', () => { delete document.documentElement.dataset.theme; });
})();

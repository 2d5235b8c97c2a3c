// A button to copy each cell's source; the page is whole without it.
for (const source of document.querySelectorAll('.source')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
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
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1200);
  });
  source.append(button);
}
// On a narrow screen the contents begin closed.
if (matchMedia('(max-width: 60rem)').matches) {
  document.querySelector('.contents details')?.removeAttribute('open');
}

import { escapeHtml } from '../format.ts';
import { find, findAll } from './dom.ts';

/** Tooltips of the static charts: `data-tip`, lines apart by ` | `. */
export function startTips(): void {
  const tip = document.createElement('div');
  tip.className = 'tip fixed';
  document.body.append(tip);
  document.addEventListener('pointerover', (event) => {
    const target = (event.target as Element).closest<SVGElement>('[data-tip]');
    if (target === null) {
      tip.classList.remove('on');
      return;
    }
    tip.innerHTML = target.dataset['tip']!.split(' | ')
      .map((line, index) => (index === 0 ? `<span class="t">${escapeHtml(line)}</span>` : `<div><span>${escapeHtml(line)}</span></div>`))
      .join('');
    const box = target.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(innerWidth - tip.offsetWidth - 8, box.left + box.width / 2 - tip.offsetWidth / 2))}px`;
    tip.style.top = `${box.top - tip.offsetHeight - 8 < 60 ? box.bottom + 8 : box.top - tip.offsetHeight - 8}px`;
    tip.classList.add('on');
  });
}

const COPIED_MS = 1_200;

/** Buttons that copy a hash; where the clipboard is refused the text is selected instead. */
export function startCopy(): void {
  for (const button of findAll<HTMLButtonElement>('[data-copy]')) {
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(button.dataset['copy']!);
        button.textContent = 'copied';
      } catch {
        getSelection()?.selectAllChildren(button.previousElementSibling!);
      }
      setTimeout(() => {
        button.textContent = 'copy';
      }, COPIED_MS);
    };
  }
}

/** Marks the section in view in the bar at the top. */
export function startNavigation(): void {
  const links = findAll<HTMLAnchorElement>('.bar nav a');
  const inView = new Map<string, boolean>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) inView.set(entry.target.id, entry.isIntersecting);
      const current = links.find((link) => inView.get(link.hash.slice(1)));
      for (const link of links) {
        if (link === current) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    },
    { rootMargin: '-60px 0px -55% 0px' },
  );
  for (const link of links) observer.observe(find(link.hash));
}

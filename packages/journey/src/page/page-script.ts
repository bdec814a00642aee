/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * What a page does: shows details of what is clicked on, moves between rows by keys, copies queries, and follows what comes in.
 * It is written into pages as text, so it uses nothing from outside of itself.
 */
export function runPage(): void {
  const main = document.querySelector('main');
  const panel = document.getElementById('details');
  const content = document.getElementById('details-content');
  const status = document.getElementById('status');
  if (main === null || panel === null || content === null || status === null) return;
  let selected = '';

  /** What a template holds, with what it includes. */
  const copyOf = (template: HTMLTemplateElement): DocumentFragment => {
    const fragment = document.importNode(template.content, true);
    for (const each of fragment.querySelectorAll<HTMLElement>('[data-include]')) {
      const included = document.getElementById(each.dataset.include ?? '');
      if (included instanceof HTMLTemplateElement) each.append(copyOf(included));
    }
    return fragment;
  };

  const buttons = (): HTMLElement[] => [...main.querySelectorAll<HTMLElement>('.chart [data-details]')];

  const select = (id: string): void => {
    const template = id === '' ? null : document.getElementById(id);
    const isShown = template instanceof HTMLTemplateElement;
    selected = isShown ? id : '';
    content.replaceChildren(...(isShown ? [copyOf(template)] : []));
    panel.hidden = !isShown;
    document.body.classList.toggle('has-details', isShown);
    for (const each of main.querySelectorAll('[aria-current], .on')) {
      each.removeAttribute('aria-current');
      each.classList.remove('on');
    }
    if (!isShown) return;
    status.textContent = `Details: ${content.querySelector('h2')?.textContent ?? ''}`;
    const row = id.replace(/[lw]$/, '');
    main.querySelector(`[data-details="${id}"]`)?.setAttribute('aria-current', 'true');
    document.getElementById(`${row}-row`)?.classList.add('on');
    for (const each of main.querySelectorAll(`[data-way="${row}"]`)) each.classList.add('on');
  };

  /** One stop for the tab key in all of the chart. */
  const stopAt = (button: HTMLElement | undefined): void => {
    for (const each of main.querySelectorAll('.chart [data-details][tabindex="0"]'))
      each.setAttribute('tabindex', '-1');
    button?.setAttribute('tabindex', '0');
  };

  const settle = (): void => {
    for (const each of buttons()) each.setAttribute('tabindex', '-1');
    stopAt(buttons()[0]);
  };

  const moveTo = (button: HTMLElement | null | undefined): void => {
    if (button === null || button === undefined) return;
    stopAt(button);
    button.focus();
    button.scrollIntoView({ block: 'nearest' });
  };

  const copy = async (button: HTMLElement): Promise<void> => {
    const query = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(query?.textContent ?? '');
      status.textContent = 'Copied.';
      button.textContent = 'Copied';
    } catch {
      if (query !== null) document.getSelection()?.selectAllChildren(query);
      status.textContent = 'The browser does not let a page copy. The text is selected: copy it by hand.';
      button.textContent = 'Selected';
    }
  };

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const clicked = target?.closest<HTMLElement>(
      '[data-details], [data-for], [data-goto], [data-copy], [data-close]',
    );
    if (clicked === null || clicked === undefined) return;
    const { details, for: shape, goto: row, copy: text } = clicked.dataset;
    if (text !== undefined) void copy(clicked);
    else if (row !== undefined) {
      moveTo(main.querySelector<HTMLElement>(`[data-details="${row}"]`));
      select(row);
    } else select(details ?? shape ?? '');
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && selected !== '') {
      const button = main.querySelector<HTMLElement>(`[data-details="${selected}"]`);
      select('');
      button?.focus();
      return;
    }
    const focused = document.activeElement;
    const all = buttons();
    const at = focused instanceof HTMLElement ? all.indexOf(focused) : -1;
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = all.filter((each) => each.classList.contains('name'));
    const row = rows.findLastIndex((each) => all.indexOf(each) <= at);
    const next: Record<string, HTMLElement | undefined> = {
      ArrowDown: rows[row + 1],
      ArrowUp: all[at] === rows[row] ? rows[row - 1] : rows[row],
      ArrowRight: all[at + 1],
      ArrowLeft: all[at - 1],
      Home: rows[0],
      End: rows.at(-1),
    };
    if (!(event.key in next)) return;
    event.preventDefault();
    moveTo(next[event.key]);
  });

  settle();
  select(location.hash.slice(1));
  if (document.body.dataset.live === undefined) return;

  const show = async (): Promise<void> => {
    const id = new URLSearchParams(location.search).get('id') ?? '';
    const answer = await fetch(`content?id=${encodeURIComponent(id)}`);
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset.details : undefined;
    if (answer.ok) main.innerHTML = await answer.text();
    settle();
    select(selected);
    if (focused !== undefined) moveTo(main.querySelector<HTMLElement>(`[data-details="${focused}"]`));
  };
  const events = new EventSource('events');
  let isBusy = false;
  let isStale = false;
  const refresh = async (): Promise<void> => {
    isStale = true;
    while (isStale && !isBusy) {
      isBusy = true;
      isStale = false;
      await show().catch(() => undefined);
      isBusy = false;
    }
  };
  events.addEventListener('spans', () => void refresh());
}

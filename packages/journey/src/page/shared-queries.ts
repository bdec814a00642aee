import type { TimeWindow } from '../sources/journey-source.ts';
import { type Html, html } from './html.ts';
import { linkingQueries, messageQueries, type Query, traceQueries } from './queries.ts';

/** The queries of a page. Many details tell of the same trace or message: its queries are in the page once, and included where details are shown. */
export class SharedQueries {
  readonly #window: TimeWindow;
  readonly #ids = new Map<string, string>();
  readonly #templates: Html[] = [];

  constructor(window: TimeWindow) {
    this.#window = window;
  }

  trace(traceId: string): Html {
    return this.#include(`trace ${traceId}`, 'Its trace', () => traceQueries(traceId, this.#window));
  }

  /** What links to a trace. */
  linking(traceId: string): Html {
    return this.#include(`linking ${traceId}`, 'What links to that trace', () =>
      linkingQueries(traceId, this.#window),
    );
  }

  message(messageId: string, service: string | undefined): Html {
    return this.#include(`message ${service} ${messageId}`, 'Find the message', () =>
      messageQueries(messageId, this.#window, service),
    );
  }

  /** What is included. */
  templates(): readonly Html[] {
    return this.#templates;
  }

  #include(key: string, title: string, make: () => readonly Query[]): Html {
    const known = this.#ids.get(key);
    const id = known ?? `q${this.#ids.size}`;
    if (known === undefined) {
      this.#ids.set(key, id);
      this.#templates.push(html`<template id="${id}">${queryList(title, make())}</template>`);
    }
    return html`<div data-include="${id}"></div>`;
  }
}

/** Queries to copy. */
export function queryList(title: string, queries: readonly Query[]): Html {
  const items = queries.map(
    ({ backend, text }) => html`
      <li>
        <span>${backend}</span>
        <code>${text}</code>
        <button type="button" data-copy aria-label="Copy the query for ${backend}">Copy</button>
      </li>`,
  );
  return html`<h4>${title}</h4><ul class="queries">${items}</ul>`;
}

import { durationText } from '../drawing/duration-text.ts';
import type { Row } from '../fold/band.ts';
import type { JourneySpan, SpanReference } from '../spans/journey-span.ts';
import { type Html, type HtmlValue, html } from './html.ts';
import type { PageLines } from './page-lines.ts';

/** One thing that is known, by name. */
export type Fact = readonly [name: HtmlValue, value: HtmlValue];

/** What is shown of something that was clicked on. It is in the page from the start, and copied to where it is shown. */
export function details(id: string, kind: string, title: string, body: readonly HtmlValue[]): Html {
  return html`<template id="${id}"><p class="kind">${kind}</p><h2>${title}</h2>${body}</template>`;
}

/** Facts as a list; those without a value are left out. */
export function factList(facts: readonly Fact[]): Html | undefined {
  const known = facts.filter(([, value]) => value !== undefined && value !== false && value !== '');
  if (known.length === 0) return undefined;
  return html`<dl>${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** A table. @param header the column that tells what a row is. */
export function tableOf(
  columns: readonly string[],
  rows: readonly (readonly HtmlValue[])[],
  header?: string,
): Html {
  const headerIndex = columns.indexOf(header ?? '');
  return html`
    <table>
      <thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows.map((cells) => html`<tr>${cells.map((cell, index) => (index === headerIndex ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`)}</tbody>
    </table>`;
}

/** A title, with what belongs to it below. */
export function section(title: string, ...body: readonly HtmlValue[]): Html | undefined {
  return body.some((each) => each !== undefined && each !== false)
    ? html`<h3>${title}</h3>${body}`
    : undefined;
}

/** A span by its name, that leads to its row; by its ids where it is not there. */
export function spanLink(reference: SpanReference, lines: PageLines): Html {
  const span = lines.spanOf(reference);
  const row = lines.rowOf(reference);
  const name = span === undefined ? `span ${reference.spanId}` : `${span.name} · ${serviceOf(span)}`;
  if (row === undefined) return html`${name} <code>${reference.traceId}</code>`;
  return html`<button type="button" class="goto" data-goto="${lines.idOf(row)}">${name}</button>`;
}

export function serviceOf({ service = 'unknown service' }: Pick<JourneySpan, 'service'>): string {
  return service;
}

/** When something was: after the start of the journey, and by the clock. */
export function timeText(ms: number, start: number): string {
  const date = new Date(ms);
  const clock = Number.isNaN(date.getTime()) ? '' : ` · ${date.toISOString()}`;
  return `${durationText(Math.max(0, ms - start))} after the start${clock}`;
}

/** From the first of the spans of a row to the last, in ms. */
export function extentOf({ spans }: Row): { readonly start: number; readonly end: number } {
  return {
    start: spans.reduce((least, span) => Math.min(least, span.start), Number.POSITIVE_INFINITY),
    end: spans.reduce((most, span) => Math.max(most, span.end), Number.NEGATIVE_INFINITY),
  };
}

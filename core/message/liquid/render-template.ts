import { Context, toValueSync, type Liquid, type Template } from 'liquidjs/dist/liquid.browser.mjs';
import { BoundedPage } from './bounded-page.ts';

/** How a template is filled in. */
export type Filling = {
  readonly data: object;
  /** Of amounts and names of days and months; absent: English. */
  readonly locale: string | undefined;
  /** Most characters. */
  readonly limit: number;
};

/**
 * What a parsed template says.
 * @throws LiquidError what LiquidJS or a filter refuses; the cause of a page over its limit is a `TooLong`.
 */
export const renderTemplate = (engine: Liquid, template: Template[], { data, locale, limit }: Filling): string => {
  const globals = locale === undefined ? {} : { locale };
  const context = new Context(data, engine.options, { sync: true, globals }, { liquid: engine });
  const page = new BoundedPage(limit);
  toValueSync(engine.renderer.renderTemplates(template, context, page));
  return page.buffer;
};

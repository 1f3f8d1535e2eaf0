import { CaptureTag, toValue, type Context, type Emitter } from 'liquidjs/dist/liquid.browser.mjs';

/** A template wrote more than its part of a message may hold. */
export class TooLong extends Error {
  constructor(limit: number) {
    super(`longer than ${limit} characters`);
    this.name = 'TooLong';
  }
}

const written = (value: unknown): string => {
  const plain: unknown = toValue(value);
  if (plain === undefined || plain === null) return '';
  return Array.isArray(plain) ? plain.map(written).join('') : String(plain);
};

/** Where a template writes to: it ends the rendering at the limit, not after ten megabytes. */
export class BoundedPage implements Emitter {
  buffer = '';
  readonly #limit: number;

  /** @param limit most characters. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  write(value: unknown): void {
    this.buffer += written(value);
    if (this.buffer.length > this.#limit) throw new TooLong(this.#limit);
  }
}

/** `capture` keeps what it writes, so it is held to a limit as well. */
export class BoundedCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    const page = new BoundedPage(400_000);
    context.bottom()[this.variable] = yield this.liquid.renderer.renderTemplates(this.templates, context, page);
  }
}

import type { Json } from '../world.ts';

/** The JSON value of a text, or `undefined` when it is none. */
export const jsonOf = (text: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

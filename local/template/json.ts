import type { Json, JsonObject } from '../world.ts';

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const objectOr = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

export const listOr = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);

/** A string, or what a template writes for one (`300` for `"300"`). */
export const textOr = <T>(value: Json | undefined, otherwise: T): string | T =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : otherwise;

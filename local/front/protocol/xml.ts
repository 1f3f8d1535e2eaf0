import type { Json } from '../../world.ts';
import { isList, isObject, textOr } from '../../template/json.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string) => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);

/** An XML element of a JSON value: fields become elements, lists become `<member>`s, as AWS Query answers. */
export function element(name: string, value: Json, attributes = ''): string {
  return `<${name}${attributes}>${content(value)}</${name}>`;
}

/** The same with lists flattened: every item is an element of the list's name, as S3 answers. */
export function flatElement(name: string, value: Json): string {
  if (isList(value)) return value.map((item) => flatElement(name, item)).join('');
  if (!isObject(value)) return `<${name}>${content(value)}</${name}>`;
  const fields = Object.entries(value).map(([field, inner]) => flatElement(field, inner));
  return `<${name}>${fields.join('')}</${name}>`;
}

const content = (value: Json): string => {
  if (isList(value)) return value.map((item) => element('member', item)).join('');
  if (isObject(value))
    return Object.entries(value)
      .map(([name, field]) => element(name, field))
      .join('');
  return escape(textOr(value, ''));
};

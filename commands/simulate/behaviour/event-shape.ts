import { isObject, type Json, type JsonObject } from '#core/signal';

const product: JsonObject = {
  product_id: { new: 'product' },
  name: 'Trail Runner',
  category: 'shoes',
  price: { between: [15, 150] },
  quantity: 1,
};

/** What events of the Segment e-commerce spec carry besides. */
const known: { readonly [event: string]: JsonObject } = {
  'Product Added': product,
  'Product Viewed': product,
  'Product List Viewed': { category: 'shoes', products: [product] },
  'Checkout Started': { products: [product] },
  'Cart Abandoned': { products: [product] },
  'Order Completed': { order_id: { new: 'order' }, revenue: { between: [15, 150] } },
};

/** An event as a shop would send it. */
export const shapeOf = (event: string): JsonObject => known[event] ?? {};

const put = (object: JsonObject, [name = '', ...rest]: readonly string[], value: Json): JsonObject => {
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = object[name];
  return { ...object, [name]: put(isObject(inner) ? inner : {}, rest, value) };
};

/** A property that makes two events speak of the same thing. */
const sameAs = (path: string): readonly [string, Json] => {
  const [list = '', ...rest] = path.split('.');
  const inner = rest.join('.');
  return list === 'products' && inner !== '' ? ['products', [{ [inner]: { entry: inner } }]] : [path, { entry: path }];
};

/** The first path counts where both have it; the others are there for what has not. */
export const withSame = (properties: JsonObject, paths: readonly string[] = []): JsonObject =>
  paths.reduce((soFar, path) => {
    const [name, value] = sameAs(path);
    return put(soFar, name.split('.'), value);
  }, properties);

/** A key: another for each event. */
export const withKey = (properties: JsonObject, key: string | undefined): JsonObject => {
  const [root, ...path] = key?.split('.') ?? [];
  return root !== 'properties' || path.length === 0 ? properties : put(properties, path, { new: path.at(-1) ?? 'key' });
};

const comparison =
  /event\.properties\.([\w.]+)\s*(=|>=|<=|>|<|in)\s*("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false|\[[^\]]*\])/g;

const literal = (text: string): Json => {
  const plain = text.startsWith("'") ? `"${text.slice(1, -1)}"` : text;
  try {
    return JSON.parse(plain.startsWith('[') ? plain.replaceAll("'", '"') : plain);
  } catch {
    return text;
  }
};

const fitting = (sign: string, value: Json): Json => {
  if (sign === 'in') return Array.isArray(value) ? { one: value } : value;
  return typeof value !== 'number' ? value : sign === '>' ? value + 1 : sign === '<' ? value - 1 : value;
};

const existence = /\$exists\(event\.properties\.([\w.]+)\)/g;

/** The properties that make a simple condition hold: what must be there, and comparisons with what stands there. */
export const withWhere = (properties: JsonObject, where = ''): JsonObject => {
  const there = [...where.matchAll(existence)].reduce(
    (soFar, [, path = '']) => (Object.hasOwn(soFar, path) ? soFar : put(soFar, path.split('.'), 'something')),
    properties,
  );
  return [...where.matchAll(comparison)].reduce(
    (soFar, [, path = '', sign = '', text = '']) => put(soFar, path.split('.'), fitting(sign, literal(text))),
    there,
  );
};

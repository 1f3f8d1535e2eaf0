import { fitsIn, isObject, own, type Json, type JsonObject, type Signal } from '#core/signal';
import type { Attributes } from './writes.ts';

/** A product's JSON may have this many bytes; of a longer one only what a reminder needs is kept. */
const MAX_PRODUCT = 1024;
const MAX_FIELD = 300;
const MAX_ID = 256;
const NEEDED: readonly string[] = ['name', 'price', 'sku'];

/**
 * What a track event of the Segment e-commerce spec says about the cart. Every product is a register of its own, the last
 * event about it decides. `Cart Viewed` with a list of products is the whole cart, and an order that names no products
 * empties it (a reminder to a buyer is worse than none): the register `cart` is the instant before which nothing counts.
 * @see https://segment.com/docs/connections/spec/ecommerce/v2/
 */
export const cartAttributes = ({ type, event, properties }: Signal): Attributes => {
  if (type !== 'track') return {};
  const products = own(properties, 'products');
  const listed = Array.isArray(products) ? products.filter(isObject) : [];
  switch (event) {
    case 'Product Added':
      return { ...cartFacts(properties), ...inCart(listed.length > 0 ? listed : [properties]) };
    case 'Product Removed':
      return { ...cartFacts(properties), ...outOfCart(listed.length > 0 ? listed : [properties]) };
    case 'Cart Viewed':
      return { ...cartFacts(properties), ...(Array.isArray(products) && { cart: true }), ...inCart(listed) };
    case 'Checkout Started':
    case 'Cart Abandoned':
      return { ...cartFacts(properties), ...inCart(listed) };
    case 'Order Completed':
      return listed.length > 0 ? outOfCart(listed) : { cart: true };
    default:
      return {};
  }
};

const cartFacts = (properties: JsonObject): Attributes => {
  const id = textOf(own(properties, 'cart_id'));
  const currency = textOf(own(properties, 'currency'));
  return {
    ...(id !== undefined && { cartId: id }),
    ...(currency !== undefined && { currency: currency.toUpperCase() }),
  };
};

const inCart = (products: readonly JsonObject[]): Attributes =>
  Object.fromEntries(
    products.flatMap((product) => {
      const id = productId(product);
      return id === undefined ? [] : [[`product:${id}`, productOf(product)] as const];
    }),
  );

const outOfCart = (products: readonly JsonObject[]): Attributes =>
  Object.fromEntries(
    products.flatMap((product) => {
      const id = productId(product);
      return id === undefined ? [] : [[`product:${id}`, null] as const];
    }),
  );

/** The spec's `product_id`; older shops write `id`, some only `sku`. */
const productId = (product: JsonObject): string | undefined =>
  textOf(own(product, 'product_id')) ?? textOf(own(product, 'id')) ?? textOf(own(product, 'sku'));

/** A product without its id, which is the register's name, or `null` when there are none of it in the cart. */
const productOf = (product: JsonObject): Json => {
  const quantity = numberOf(own(product, 'quantity')) ?? 1;
  if (quantity <= 0) return null;
  const fields = Object.entries(product).filter(([name, value]) => isKept(name, value));
  const all = { ...Object.fromEntries(fields), quantity };
  if (fitsIn(MAX_PRODUCT, all)) return all;
  return { ...Object.fromEntries(fields.filter(([name]) => NEEDED.includes(name))), quantity };
};

const isKept = (name: string, value: Json): boolean =>
  name !== 'product_id' && name !== 'cart_id' && typeof value !== 'object' && fitsIn(MAX_FIELD, value);

const textOf = (value: Json | undefined): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && fitsIn(MAX_ID, text) ? text : undefined;
};

/** A finite number, also one written as text: shops send prices both ways. */
export const numberOf = (value: Json | undefined): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

/**
 * The e-commerce events of the Segment Spec (V2) and their properties, where `products` is a list with these fields.
 * @see https://www.twilio.com/docs/segment/connections/spec/ecommerce/v2
 */
const product = 'product_id sku category name brand variant price quantity coupon position url image_url';
const order = 'order_id affiliation subtotal total value revenue shipping tax discount coupon currency products';
const payment = 'checkout_id order_id step shipping_method payment_method';
const coupon = 'order_id cart_id coupon_id coupon_name discount';

const spec: Readonly<Record<string, string>> = {
  'Products Searched': 'query',
  'Product List Viewed': 'list_id category products',
  'Product List Filtered': 'list_id category filters sorts products',
  'Promotion Viewed': 'promotion_id creative name position',
  'Promotion Clicked': 'promotion_id creative name position',
  'Product Clicked': product,
  'Product Viewed': `${product} currency value`,
  'Product Added': `cart_id ${product}`,
  'Product Removed': `cart_id ${product}`,
  'Cart Viewed': 'cart_id products',
  'Checkout Started': order,
  'Checkout Step Viewed': payment,
  'Checkout Step Completed': payment,
  'Payment Info Entered': payment,
  'Order Completed': `checkout_id ${order}`,
  'Order Updated': order,
  'Order Refunded': order,
  'Order Cancelled': order,
  'Coupon Entered': coupon,
  'Coupon Applied': coupon,
  'Coupon Denied': `${coupon} reason`,
  'Coupon Removed': coupon,
  'Product Added to Wishlist': `wishlist_id wishlist_name ${product}`,
  'Product Removed from Wishlist': `wishlist_id wishlist_name ${product}`,
  'Wishlist Product Added to Cart': `wishlist_id wishlist_name cart_id ${product}`,
  'Product Shared': `share_via share_message recipient ${product}`,
  'Cart Shared': 'share_via share_message recipient cart_id products',
  'Product Reviewed': 'product_id review_id review_body rating',
};

export const specEvents: readonly string[] = Object.keys(spec);

/** The properties of an event of the spec; undefined of other events, whose properties nobody knows. */
export const propertiesOf = (event: string): readonly string[] | undefined =>
  Object.hasOwn(spec, event) ? spec[event]?.split(' ') : undefined;

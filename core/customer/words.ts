const stageWords: { readonly [reason: string]: string } = {
  'nothing-yet': 'has not shown any interest yet',
  'ordered-long-ago': 'ordered, but long ago',
  'looked-around': 'looked around lately',
  'cart-open': 'has an open cart',
  'ordered-just-now': 'ordered just now; it is not delivered yet',
  'order-delivered': 'the last order was delivered',
  'ordered-before': 'ordered before',
  'orders-often': 'orders often',
};

/** Why somebody is where they are on the way, after "because"; a reason without words of its own is read as it is written. */
export const whyStage = (reason: string): string =>
  (Object.hasOwn(stageWords, reason) ? stageWords[reason] : undefined) ?? reason.replaceAll('-', ' ');

/** Whether a value has the form of our own customer ids: 26 digits of lower-case base32. */
export const isCustomer = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z2-7]{26}$/.test(value);

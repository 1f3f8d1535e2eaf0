import { InvalidArgumentError } from 'commander';

/** What a flag that counts something is given. */
export const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Write a number from 1 on.');
  return number;
};

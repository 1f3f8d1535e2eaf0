import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { awsEndpoint, putEvents } from './bus.ts';
import { addsToCart, buys, changesConsent, identifies, type Shopper, type ShopEvent } from './shop.ts';

const shopper = (userId: string): Shopper => ({
  userId,
  firstName: userId[0]?.toUpperCase() + userId.slice(1),
  email: `${userId.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-')}@example.com`,
  phone: '+447700900789',
  timezone: 'Europe/London',
});

const put = async (events: readonly ShopEvent[], said: string): Promise<void> => {
  for (const event of events) await putEvents(awsEndpoint(), [event]);
  console.log(said);
};

const readProperties = (text: string): object => {
  const complaint = `--properties takes a JSON object: write it as '{"cart_id":"7"}', in single quotes.`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(complaint);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error(complaint);
  return parsed;
};

const program = new Command('npm run signal --').description('Puts a customer signal on the bus, as a shop would.');
const withCustomer = (command: Command): Command =>
  command.requiredOption('-c, --customer <userId>', 'whose signal it is');

withCustomer(program.command('cart'))
  .description('identifies the customer, with consent, and puts a product in the cart')
  .action(({ customer }: { customer: string }) =>
    put(
      [identifies(shopper(customer)), addsToCart(customer, `cart-${randomUUID().slice(0, 8)}`)],
      `${customer} put trail runners in the cart. Try: npm run clock -- 4h`,
    ),
  );
withCustomer(program.command('buy'))
  .description('completes an order for what is in the cart')
  .action(({ customer }: { customer: string }) => put([buys(customer)], `${customer} bought the trail runners.`));
withCustomer(program.command('consent'))
  .description('grants or withdraws consent for a channel')
  .addOption(new Option('--channel <channel>', 'which one').choices(['email', 'sms', 'push']).makeOptionMandatory())
  .option('--withdraw', 'withdraws it')
  .action(({ customer, channel, withdraw }: { customer: string; channel: string; withdraw?: boolean }) =>
    put(
      [changesConsent(customer, channel, withdraw !== true)],
      `${customer} ${withdraw ? 'withdrew' : 'gave'} consent for ${channel}.`,
    ),
  );
withCustomer(program.command('track <event>'))
  .description('any event of your own')
  .option('-p, --properties <json>', 'its properties', '{}')
  .action((event: string, { customer, properties }: { customer: string; properties: string }) => {
    const parsed = readProperties(properties);
    return put(
      [{ type: 'track', event, userId: customer, messageId: randomUUID(), properties: parsed }],
      `${customer}: ${event}`,
    );
  });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

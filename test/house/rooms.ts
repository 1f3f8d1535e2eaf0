/** Who may import whom: the house's table. A room sees itself, the rooms named here, and the packages named here. */
export type Room = { readonly rooms: readonly string[]; readonly packages: readonly string[] };

const aws = ['@aws-sdk/*', '@aws-lambda-powertools/*', '@middy/core', 'aws-lambda'];

export const rooms: Readonly<Record<string, Room>> = {
  'core/expression': { rooms: ['core/events'], packages: ['jsonata', 'zod'] },
  'core/signal': { rooms: ['core/events'], packages: ['zod', 'jsonata'] },
  'core/profile': { rooms: ['core/events', 'core/signal', 'core/expression'], packages: ['zod', 'libphonenumber-js'] },
  'core/decision': {
    rooms: ['core/events', 'core/signal', 'core/profile', 'core/expression'],
    packages: ['zod', 'temporal-polyfill', 'libphonenumber-js'],
  },
  'core/segment': { rooms: ['core/events', 'core/signal', 'core/profile', 'core/expression'], packages: ['zod'] },
  'core/journey': {
    rooms: ['core/events', 'core/signal', 'core/profile', 'core/decision', 'core/expression'],
    packages: ['zod', 'temporal-polyfill'],
  },
  'core/message': {
    rooms: ['core/events', 'core/signal', 'core/profile', 'core/decision', 'core/journey', 'core/expression'],
    packages: ['zod', 'liquidjs'],
  },
  'core/feedback': {
    rooms: [
      'core/events',
      'core/signal',
      'core/profile',
      'core/decision',
      'core/journey',
      'core/message',
      'core/expression',
    ],
    packages: ['zod'],
  },
  'core/customer': {
    rooms: ['core/signal', 'core/profile', 'core/decision', 'core/segment', 'core/journey', 'core/message'],
    packages: ['zod'],
  },
  core: { rooms: ['core/*'], packages: [] },
  'state-machines/compiler': { rooms: ['core/journey'], packages: [] },
  'state-machines': {
    rooms: ['core/*', 'state-machines/compiler'],
    packages: ['node:*', 'yaml', 'mjml', 'zod', 'liquidjs'],
  },
  mappings: { rooms: ['core/signal'], packages: ['node:*', 'yaml', 'zod'] },
  functions: { rooms: ['core', 'core/*'], packages: ['node:*', 'zod', 'nodemailer', ...aws] },
  infra: {
    rooms: [
      'core',
      'core/events',
      'core/journey',
      'mappings',
      'next-actions',
      'segments',
      'state-machines',
      'state-machines/*',
      'functions/*.env.ts',
    ],
    packages: ['node:*', 'aws-cdk-lib', 'constructs', 'cdk-nag', 'zod', 'esbuild'],
  },
  local: {
    rooms: [],
    packages: [
      'node:*',
      'jsonata',
      'find-my-way',
      'postal-mime',
      'jose',
      'zod',
      'croner',
      'temporal-polyfill',
      'libphonenumber-js',
    ],
  },
  'next-actions': { rooms: ['core/customer'], packages: ['node:*', 'yaml'] },
  segments: { rooms: ['core/segment'], packages: ['node:*', 'yaml', 'zod'] },
  commands: {
    rooms: ['core', 'core/*', 'state-machines', 'state-machines/*'],
    packages: ['node:*', 'commander', 'yaml', 'zod'],
  },
  demo: { rooms: ['local', 'mappings', 'state-machines'], packages: ['node:*', '@aws-sdk/*', 'commander', 'yaml'] },
};

/** What `core` must not even mention: it gets time, ids and chance as arguments. */
export const impure =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.|\bconsole\.|\bfetch\(|\bTemporal\.Now\b|\bsetTimeout\b/;

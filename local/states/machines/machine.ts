import * as z from 'zod';

/** One state machine as it is kept. Its definitions are kept apart, by revision, for as long as anything may run on them. */
export const MACHINE = z.object({
  arn: z.string(),
  name: z.string(),
  /** Whether the template or a call made it: only the template's go when the template no longer has them. */
  origin: z.enum(['template', 'call']),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** Key of the current revision: a hash of machine, definition and role. */
  revision: z.string(),
  /** Highest version number ever given; numbers are not used twice. */
  lastVersion: z.number(),
  versions: z
    .array(
      z
        .object({
          number: z.number(),
          revision: z.string(),
          createdAt: z.number(),
          description: z.exactOptional(z.string()),
        })
        .readonly(),
    )
    .readonly(),
});

/** A definition with the role it runs under. Never changed. */
export const REVISION = z.object({ machine: z.string(), definition: z.string(), role: z.string() });

export type Machine = Readonly<z.infer<typeof MACHINE>>;
export type Version = Machine['versions'][number];
export type Revision = Readonly<z.infer<typeof REVISION>>;

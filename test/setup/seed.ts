import fc from 'fast-check';

/** Every property test draws the same cases each time, so that a run can be repeated: other cases with SEGUE_SEED=n. */
const seed = Number(process.env['SEGUE_SEED'] ?? 20_260_105);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

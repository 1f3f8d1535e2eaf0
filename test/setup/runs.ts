/** How many cases a property draws: fewer where the same tests are run for thousands of mutants. */
export const runs = (number: number): number => Math.ceil(number * Number(process.env['SEGUE_RUNS'] ?? 1));

import { defineConfig } from 'vitest/config';

/** The tests a mutant of the language or the compiler must meet: all that need no ground and no second process. */
export default defineConfig({
  test: {
    include: ['test/core/journey/**/*.test.ts', 'test/state-machines/compiler.test.ts', 'test/stories/*.story.test.ts'],
    env: { SEGUE_EXECUTORS: 'core' },
    setupFiles: ['test/setup/seed.ts'],
    testTimeout: 20_000,
  },
});

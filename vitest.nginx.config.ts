import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Each test needs the ports of nginx.conf.
  test: {
    include: ['test/nginx/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

#!/usr/bin/env node
// CommonJS on purpose: to load an ES module entry Node starts libuv's thread pool, and then its size is fixed at 4.
const os = require('node:os');

process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, os.availableParallelism()));

import('../dist/bin.js').catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

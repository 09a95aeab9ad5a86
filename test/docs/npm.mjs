#!/usr/bin/env node
// Stands before npm on the PATH of the documentation's commands. `npm install` takes every package from this checkout
// or from what it has installed, so that no network is needed; everything else is npm's own.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const { SV_DOCS_ROOT: root, SV_DOCS_NPM: npm } = process.env;
const [command, ...args] = process.argv.slice(2);
if (!['install', 'i'].includes(command)) {
  const { status } = spawnSync(npm, process.argv.slice(2), { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const packageFile = resolve('package.json');
const manifest = existsSync(packageFile) ? readJson(packageFile) : {};
const names = args.filter((argument) => !argument.startsWith('-'));
const installed = names.map(installNamed);
if (installed.length > 0) {
  manifest.dependencies = {
    ...manifest.dependencies,
    ...Object.fromEntries(installed.map(({ name, spec }) => [name, spec])),
  };
  writeFileSync(packageFile, `${JSON.stringify(manifest, null, 2)}\n`);
}
const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
for (const name of Object.keys(wanted)) if (!existsSync(place(name))) link(name, join(root, 'node_modules', name));
console.log(`\nadded ${Object.keys(wanted).length} packages`);

function installNamed(argument) {
  if (argument.endsWith('.tgz')) {
    const list = execFileSync('tar', ['xzOf', argument, 'package/package.json'], { encoding: 'utf8' });
    const { name } = JSON.parse(list);
    rmSync(place(name), { recursive: true, force: true });
    mkdirSync(place(name), { recursive: true });
    execFileSync('tar', ['xzf', argument, '-C', place(name), '--strip-components=1']);
    return { name, spec: `file:${argument}` };
  }
  if (/^\.{0,2}\//.test(argument)) {
    const { name } = readJson(resolve(argument, 'package.json'));
    link(name, resolve(argument));
    return { name, spec: `file:${argument}` };
  }
  const name = argument.replace(/(?<=.)@[^@/]*$/, '');
  link(name, join(root, 'node_modules', name));
  return { name, spec: '*' };
}

function place(name) {
  return resolve('node_modules', name);
}

function link(name, target) {
  if (!existsSync(target)) {
    console.error(`npm error 404 ${name} is not in this checkout`);
    process.exit(1);
  }
  rmSync(place(name), { recursive: true, force: true });
  mkdirSync(dirname(place(name)), { recursive: true });
  symlinkSync(target, place(name));
  const { bin = {} } = readJson(join(target, 'package.json'));
  const bins = typeof bin === 'string' ? { [name.split('/').at(-1)]: bin } : bin;
  for (const [command, file] of Object.entries(bins)) {
    const path = resolve('node_modules/.bin', command);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync(join(target, file), path);
  }
}

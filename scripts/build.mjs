// Bundles src/ into dist/: one entry per command and shared chunks, so that a
// command loads only what it uses (docs/decisions/0003-start-up.md). An argument names another
// folder than dist/.
import { rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { sayThirdParty } from './third-party.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.resolve(root, process.argv[2] ?? 'dist');
const commands = readdirSync(path.join(root, 'src/commands'), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.join('src/commands', file));

/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Parts of docker-modem that swarmctl never reaches: BuildKit sessions and its own ssh transport. */
const unusedTransports = {
  name: 'unused-transports',
  /** @param {import('esbuild').PluginBuild} pluginBuild */
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^\.\/(session|ssh)$/ }, (args) =>
      /(docker-modem|dockerode)/.test(args.importer)
        ? { path: args.path, namespace: 'unused' }
        : undefined,
    );
    pluginBuild.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: 'module.exports = undefined;',
    }));
  },
};

await rm(folder, { recursive: true, force: true });
const commandLine = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli.ts', 'src/completion/main.ts', ...commands],
  outbase: 'src',
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  logLevel: 'warning',
  metafile: true,
  plugins: [unusedTransports],
  // Optional development aids of oclif; bundling them would pull in all of TypeScript.
  external: ['typescript', 'ts-node', 'tsx', 'cpu-features', '*.node'],
  banner: {
    js: [
      "import {createRequire as __createRequire} from 'node:module';",
      "import {fileURLToPath as __fileURLToPath} from 'node:url';",
      "import {dirname as __dirnameOf} from 'node:path';",
      'const require = __createRequire(import.meta.url);',
      'const __filename = __fileURLToPath(import.meta.url);',
      'const __dirname = __dirnameOf(__filename);',
    ].join('\n'),
  },
});
// The token service is put on the master, where nothing of swarmctl is: one file by itself.
const service = await build({
  absWorkingDir: root,
  entryPoints: ['src/token-service/main.ts'],
  outfile: path.join(folder, 'token-service.mjs'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  logLevel: 'warning',
  metafile: true,
  define: { SWARMCTL_VERSION: JSON.stringify(version) },
});
await writeFile(
  path.join(folder, 'third-party.txt'),
  await sayThirdParty(root, [commandLine.metafile, service.metafile]),
);

// The arrows between the folders of src (ARCHITECTURE.md): a folder imports what its line says,
// types included, and errors.ts. Nothing imports in a circle.

/** @type {Record<string, string[]>} */
const ARROWS = {
  commands: [
    ...['actions', 'ui', 'shell', 'health', 'discovery', 'config', 'token-service', 'guidance'],
    'completion',
  ],
  shell: ['actions', 'ui', 'state', 'config', 'discovery', 'guidance', 'util'],
  actions: [
    ...['steps', 'preflight', 'plan', 'hosts', 'discovery', 'images', 'swarm', 'state'],
    ...['evidence', 'health', 'stores', 'engine', 'pki', 'config', 'cluster', 'util'],
  ],
  steps: [
    ...['plan', 'hosts', 'discovery', 'images', 'swarm', 'state', 'stores', 'engine', 'pki'],
    ...['cluster', 'util'],
  ],
  preflight: ['hosts', 'images', 'discovery', 'stores', 'ssh', 'engine', 'cluster', 'util'],
  health: ['swarm', 'cluster', 'util'],
  evidence: ['steps', 'hosts', 'state', 'ssh', 'engine', 'pki', 'cluster', 'util'],
  swarm: ['hosts', 'discovery', 'cluster'],
  discovery: ['hosts', 'stores', 'engine', 'cluster', 'util'],
  hosts: ['ssh', 'stores', 'engine', 'pki', 'cluster', 'util'],
  images: ['engine', 'util'],
  completion: ['guidance', 'util'],
  guidance: ['preflight', 'util'],
  ui: ['plan', 'health', 'guidance', 'util'],
  plan: ['state', 'util'],
  state: ['cluster', 'util'],
  config: ['cluster', 'util'],
  cluster: ['util'],
  engine: ['util'],
  stores: ['util'],
  ssh: ['util'],
  pki: ['util'],
  'token-service': [],
  util: [],
};

/** Arrows that carry types alone: nothing is loaded along them. */
const TYPES_ONLY = [
  ['shell', 'actions'],
  ['swarm', 'discovery'],
  ['swarm', 'hosts'],
  ['discovery', 'hosts'],
  ['evidence', 'steps'],
  ['commands', 'health'],
  ['ui', 'health'],
  ['ui', 'guidance'],
];

/** @type {import('dependency-cruiser').DependencyType[]} */
const typeOnly = ['type-only'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Move what both need into a third file; types count.',
      severity: 'error',
      from: { pathNot: '^test/standin/' },
      to: { circular: true },
    },
    {
      // An engine holds containers, a container knows its engine: types may meet in the stand-in.
      name: 'no-circle-in-stand-in',
      comment: 'Move what both need into a third file.',
      severity: 'error',
      from: { path: '^test/standin/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: typeOnly } },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'An arrow of the table leads back: move what both need below them.',
      scope: 'folder',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    ...Object.entries(ARROWS).map(([folder, targets]) => ({
      name: `from-${folder}`,
      comment: `${folder} imports ${[...targets, 'errors.ts'].join(', ')} only.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^src/${folder}/` },
      to: {
        path: '^(src|test|scripts|bin|dist)/',
        pathNot: `^src/((${[folder, ...targets].join('|')})/|errors\\.ts$)`,
      },
    })),
    ...TYPES_ONLY.map(([from, to]) => ({
      name: `types-from-${to}-to-${from}`,
      comment: `${from} takes nothing but types from ${to}.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^src/${from}/` },
      to: { path: `^src/${to}/`, dependencyTypesNot: typeOnly },
    })),
    {
      name: 'token-service-alone',
      comment: 'The token service is put on the master as one file: it has Node and itself alone.',
      severity: 'error',
      from: { path: '^src/token-service/' },
      to: { pathNot: '^src/token-service/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'top-of-src',
      comment: 'errors.ts imports nothing of the project, cli.ts what tells of an unknown command.',
      severity: 'error',
      from: { path: '^src/[^/]+$' },
      to: {
        path: '^(src|test|scripts|bin|dist)/',
        pathNot: '^src/(errors|shell/unknown-command|ui/render-error)[.]ts$',
      },
    },
    {
      name: 'known-folder',
      comment: 'A new folder in src gets its line of arrows in .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(ARROWS).join('|')})/` },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    detectJSDocImports: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require'] },
  },
};

// Lint rules: typescript-eslint's strict typed sets, and the house rules of ARCHITECTURE.md.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Each library has one home, so that replacing it touches one folder. */
const HOMES = {
  dockerode: ['src/engine/**'],
  'node-forge': ['src/pki/**'],
  listr2: ['src/ui/**'],
  inquirer: ['src/ui/**'],
  'ci-info': ['src/ui/**'],
  yaml: ['src/config/**'],
  execa: ['src/engine/**', 'src/ssh/**'],
  'tar-stream': ['src/engine/**', 'src/images/**'],
  '@oclif/core': ['src/commands/**', 'src/shell/**', 'src/cli.ts'],
};

/** Where the process may be ended. */
const MAY_EXIT = ['src/cli.ts', 'src/shell/interruption.ts'];

const EXIT = {
  selector: "MemberExpression[object.name='process'][property.name='exit']",
  message: `Throw instead: only ${MAY_EXIT.join(' and ')} end the process.`,
};

const LAUNCHER = '/^(execSync|execFile|execFileSync|spawn|spawnSync|fork|execa|execaSync)$/';
const BUILT_TEXT = '/^(TemplateLiteral|BinaryExpression)$/';
const SHELL_STRINGS = [
  {
    // A method named exec may be a regular expression's.
    selector:
      `CallExpression:matches([callee.name='exec'], [callee.name=${LAUNCHER}], [callee.property.name=${LAUNCHER}])` +
      `[arguments.0.type=${BUILT_TEXT}]`,
    message: 'Pass the command and its arguments apart, not as one built text.',
  },
  {
    selector: `ArrayExpression > Literal[value=/^-[a-z]*c$/] + [type=${BUILT_TEXT}]`,
    message: 'Pass values to a shell script as its arguments ("$1"), not inside its text.',
  },
  {
    selector: "Property[key.name='shell'][value.value=true]",
    message: 'Pass an array of arguments instead of going through a shell.',
  },
];

/**
 * The house rules of one part of src: which libraries are not at home there, and whether the
 * process may be ended there. ESLint replaces a rule's options as a whole, so every part states all.
 * @param {(home: string[]) => boolean} isHome
 * @param {boolean} mayExit
 * @returns {import('eslint').Linter.RulesRecord}
 */
function houseRules(isHome, mayExit) {
  const away = Object.entries(HOMES).filter(([, home]) => !isHome(home));
  return {
    'no-restricted-imports': [
      'error',
      {
        patterns: away.map(([name, home]) => ({
          group: [name, `${name}/*`],
          message: sayHome(name, home),
        })),
      },
    ],
    'no-restricted-syntax': [
      'error',
      ...SHELL_STRINGS,
      ...(mayExit ? [] : [EXIT]),
      // no-restricted-imports does not look at import() and at import('…') types.
      ...away.map(([name, home]) => ({
        selector: `:matches(ImportExpression, TSImportType)[source.value=/^${name.replace('/', '\\u002F')}(\\u002F|$)/]`,
        message: sayHome(name, home),
      })),
    ],
  };
}

/**
 * @param {string} name
 * @param {string[]} home
 */
function sayHome(name, home) {
  return `${name} is imported in ${home.join(', ')} only.`;
}

const parts = [...new Set([...Object.values(HOMES).flat(), ...MAY_EXIT])];

/** @type {import('eslint').Rule.RuleModule} */
const describeDisables = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      reason: 'Say why after "--".',
      rule: 'Name the rule that is disabled.',
    },
  },
  create: (context) => ({
    Program() {
      for (const { value, loc } of context.sourceCode.getAllComments()) {
        const directive = /^\s*eslint-disable(?:-next-line|-line)?(?!\S)(.*)$/s.exec(value);
        if (!directive || !loc) continue;
        const [rules = '', ...reason] = (directive[1] ?? '').split(/\s-{2,}\s/);
        // Just before the comment, where a blanket disable does not reach.
        const place = { line: loc.start.line, column: loc.start.column - 1 };
        if (rules.trim() === '') context.report({ loc: place, messageId: 'rule' });
        if (reason.join('').trim() === '') context.report({ loc: place, messageId: 'reason' });
      }
    },
  }),
};

export default defineConfig(
  globalIgnores(['dist/', '.swarmctl-sandbox/']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['bin/run.js'] } },
    },
    plugins: { house: { rules: { 'describe-disables': describeDisables } } },
    rules: {
      'house/describe-disables': 'error',
      eqeqeq: 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A number in a sentence reads as one.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An empty text, of an environment variable for one, is often as good as none.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true } },
      ],
      'no-restricted-syntax': ['error', ...SHELL_STRINGS],
    },
  },
  {
    files: ['src/**'],
    rules: { 'no-console': 'error', ...houseRules(() => false, false) },
  },
  ...parts.map((part) => ({
    files: [part],
    rules: houseRules((home) => home.includes(part), MAY_EXIT.includes(part)),
  })),
  {
    files: ['test/**'],
    rules: {
      // `() => expect(…)` and `() => {}` say what they mean in a test.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      // A document of somebody else's API is looked things up in: body['Image'].
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    },
  },
  {
    files: ['**/*.mjs'],
    rules: {
      // JavaScript has no short way to give a type to what JSON.parse or an event brings.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': ['error', { allowAny: true }],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
  {
    files: ['bin/**'],
    extends: [tseslint.configs.disableTypeChecked],
    // bin/run.js is CommonJS because that starts faster.
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);

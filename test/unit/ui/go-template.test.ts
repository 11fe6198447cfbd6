import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate, renderEach } from '../../../src/ui/go-template.ts';

const host = { name: 'etcd-1', ports: { engine: 2376 }, labels: ['a=b'], token: null };

describe('a template', () => {
  it.each([
    ['{{.name}}', 'etcd-1'],
    ['{{.Name}}:{{ .Ports.Engine }}', 'etcd-1:2376'],
    ['{{json .labels}}', '["a=b"]'],
    ['{{.labels}}', '["a=b"]'],
    ['{{json .}}', JSON.stringify(host)],
    ['{{prettyjson .ports}}', '{\n    "engine": 2376\n}'],
    ['{{json .name}}', '"etcd-1"'],
    ['{{.token}}', '<no value>'],
    ['{{json .token}}', 'null'],
    ['{{- .name -}}', 'etcd-1'],
    [String.raw`a\t{{.name}}\n`, 'a\tetcd-1\n'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(parseTemplate(text)(host)).toBe(expected);
  });

  it('is every text without actions itself', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{') && !text.includes('\\')),
        (text) => {
          expect(parseTemplate(text)(host)).toBe(text);
        },
      ),
    );
  });

  it.each([
    '{{range .labels}}',
    '{{index .labels 0}}',
    '{{.name',
    '{{}}',
    '{{name}}',
    '{{len .labels}}',
  ])('refuses %s, and says what it takes', (text) => {
    expect(() => parseTemplate(text)).toThrow(`--format: ${text} is not understood`);
  });

  it('says which field was meant', () => {
    expect(() => parseTemplate('{{.ports.engin}}')(host)).toThrow(
      'there is no engin in .ports.engin; did you mean engine?',
    );
    expect(() => parseTemplate('{{.name.first}}')(host)).toThrow(
      'there is no first in .name.first',
    );
  });
});

describe('several values', () => {
  it('are a line each', () => {
    expect(renderEach('{{.name}}', [host, host])).toEqual({ lines: ['etcd-1', 'etcd-1'] });
  });

  it('are columns with a header, as docker has it', () => {
    expect(renderEach(String.raw`table {{.Name}}\t{{.ports.engine}}`, [host])).toEqual({
      header: ['NAME', 'ENGINE'],
      rows: [['etcd-1', '2376']],
    });
  });
});

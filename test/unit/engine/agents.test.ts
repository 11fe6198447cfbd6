import { inspect } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { agentFor } from '../../../src/engine/agents.ts';
import type { EngineEndpoint, TlsClient } from '../../../src/engine/endpoint.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { EngineError } from '../../../src/engine/engine-error.ts';
import { peerCertificate } from '../../../src/engine/peer-certificate.ts';
import { createAuthority, inspectCertificate, issueCertificate } from '../../../src/pki/index.ts';
import { calm } from '../support/cluster.ts';
import { getJson } from '../support/get-json.ts';
import { makeCertificates, tlsServer, type Certificates } from '../support/tls-server.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

/** An engine that answers with its client's name, asked with other TLS settings. */
async function ask(change: (tls: TlsClient) => TlsClient | Promise<TlsClient>) {
  const { endpoint, tls } = await tlsServer(certificates, (_request, client) => ({
    json: { Version: client },
  }));
  const changed: EngineEndpoint = { ...endpoint, tls: await change(tls) };
  const engine = new Engine(changed);
  onTestFinished(() => engine.close());
  const direct = getJson<{ Version: string }>(changed, '/version', calm).then(
    ({ body }) => body?.Version,
    (error: unknown) => error,
  );
  const modem = engine.version(calm).then(
    ({ Version }) => Version,
    (error: unknown) => error,
  );
  return { direct: await direct, modem: await modem };
}

describe('a TLS engine', () => {
  it('is shown the client certificate', async () => {
    expect(await ask((tls) => tls)).toEqual({ direct: 'alice', modem: 'alice' });
  });

  it('is trusted when it is valid for the further identities too', async () => {
    const answers = await ask((tls) => ({ ...tls, identities: ['10.117.0.3'] }));
    expect(answers).toEqual({ direct: 'alice', modem: 'alice' });
  });

  it('is refused when a further identity is missing, with the name and a reason', async () => {
    const answers = await ask((tls) => ({ ...tls, identities: ['10.117.0.3', '10.117.0.4'] }));
    for (const error of Object.values(answers)) {
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      expect((error as Error).message).toMatch(
        /^its certificate is for another name: .*10\.117\.0\.4/,
      );
    }
  });

  it('is refused when another CA signed it, even one of the same name', async () => {
    const other = await createAuthority('demo CA');
    const answers = await ask((tls) => ({ ...tls, ca: other.certificate }));
    for (const error of Object.values(answers)) {
      expect(error).toBeInstanceOf(EngineError);
      expect((error as EngineError).code).toMatch(/UNABLE_TO|SELF_SIGNED|CERT_SIGNATURE/);
    }
  });

  it('refuses a client certificate of another CA', async () => {
    const other = await createAuthority('other CA');
    const client = await issueCertificate(other, {
      commonName: 'eve',
      usages: ['client'],
      names: [],
    });
    const answers = await ask((tls) => ({
      ...tls,
      cert: client.certificate,
      key: client.privateKey,
    }));
    for (const error of Object.values(answers)) expect(error).toBeInstanceOf(EngineError);
  });
});

describe('an agent', () => {
  it('reveals no key, however deep one looks', async () => {
    const { endpoint, tls } = await tlsServer(certificates, () => ({ json: {} }));
    const agent = agentFor(endpoint);
    onTestFinished(() => agent.destroy());
    expect(inspect(agent)).toBe('[Agent]');
    const text = inspect({ options: { agent } }, { depth: 20, showHidden: false });
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toContain(tls.key.slice(60, 90));
  });

  it('of a socket or plain TCP is opaque as well', () => {
    const plain: EngineEndpoint = { kind: 'tcp', host: '127.0.0.1', port: 2375 };
    for (const endpoint of [plain, { kind: 'socket', path: '/x' } as const]) {
      expect(inspect(agentFor(endpoint))).toBe('[Agent]');
    }
  });
});

describe('peerCertificate', () => {
  it('gives the certificate that is shown', async () => {
    const { endpoint } = await tlsServer(certificates, () => ({ json: {} }));
    const pem = (await peerCertificate(endpoint, calm)) ?? '';
    expect(inspectCertificate(pem)).toEqual(inspectCertificate(certificates.server.certificate));
  });

  it('gives even one that has expired, which no verified call would accept', async () => {
    const server = await issueCertificate(certificates.authority, {
      commonName: 'demo-1',
      usages: ['server'],
      names: ['127.0.0.1'],
      days: 10,
      now: new Date(Date.now() - 12 * 86_400_000),
    });
    // Issued by the CA before that began to be valid: no matter for a look at it.
    const { endpoint } = await tlsServer({ ...certificates, server }, () => ({ json: {} }));
    const pem = (await peerCertificate(endpoint, calm)) ?? '';
    expect(inspectCertificate(pem).daysLeft).toBeLessThan(0);
    await expect(getJson(endpoint, '/', calm)).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });

  it('is undefined without TLS', async () => {
    expect(await peerCertificate({ kind: 'socket', path: '/x' }, calm)).toBeUndefined();
    expect(
      await peerCertificate({ kind: 'tcp', host: '127.0.0.1', port: 1 }, calm),
    ).toBeUndefined();
  });

  it('rejects when nothing answers', async () => {
    const { tls } = await tlsServer(certificates, () => ({ json: {} }));
    const nowhere: EngineEndpoint = { kind: 'tcp', host: '127.0.0.1', port: 1, tls };
    await expect(peerCertificate(nowhere, calm)).rejects.toThrow('ECONNREFUSED');
  });
});

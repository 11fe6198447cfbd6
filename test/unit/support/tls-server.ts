import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { EngineEndpoint } from '../../../src/engine/endpoint.ts';
import { createAuthority, issueCertificate, type KeyPair } from '../../../src/pki/index.ts';

/** A CA with a server certificate for 127.0.0.1 and 10.117.0.3, and a client certificate. */
export interface Certificates {
  readonly authority: KeyPair;
  readonly server: KeyPair;
  readonly client: KeyPair;
}

export async function makeCertificates(): Promise<Certificates> {
  const authority = await createAuthority('demo CA');
  const [server, client] = await Promise.all([
    issueCertificate(authority, {
      commonName: 'demo-1',
      usages: ['server'],
      names: ['127.0.0.1', '10.117.0.3'],
    }),
    issueCertificate(authority, { commonName: 'alice', usages: ['client'], names: [] }),
  ]);
  return { authority, server, client };
}

interface Reply {
  readonly status?: number;
  readonly json: unknown;
}

function clientOf(request: IncomingMessage): string {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the sockets of an https server are TLS sockets
  const socket = request.socket as TLSSocket;
  return String(socket.getPeerCertificate().subject.CN);
}

/**
 * An HTTPS server that demands a client certificate, whose common name `answer` is told; its
 * endpoint for a client of the same CA.
 */
export async function tlsServer(
  { authority, server: own, client }: Certificates,
  answer: (request: IncomingMessage, client: string) => Reply | undefined,
) {
  const server = https.createServer(
    {
      ca: authority.certificate,
      cert: own.certificate,
      key: own.privateKey,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      const { status = 200, json } = answer(request, clientOf(request)) ?? {
        status: 404,
        json: {},
      };
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(json));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint: EngineEndpoint = {
    kind: 'tcp',
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    tls: { ca: authority.certificate, cert: client.certificate, key: client.privateKey },
  };
  return { endpoint, tls: endpoint.tls ?? { ca: '', cert: '', key: '' } };
}

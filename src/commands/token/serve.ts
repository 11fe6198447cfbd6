import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../shell/base-command.ts';
import { interruption } from '../../shell/interruption.ts';

const file = (description: string) => Flags.string({ description, helpValue: 'FILE' });

export default class TokenServe extends BaseCommand {
  static override summary = 'run a token discovery service, for clusters that are wired by hand';
  static override description =
    'Serves token://HOST:PORT/v1/TOKEN over HTTPS until it is told to stop; SIGHUP makes it read its ' +
    'certificate again. Its log goes to stdout, a line per request. templates/token-service holds a ' +
    'systemd unit. Clusters with token discovery have a service of their own and need none of this.';
  static override examples = [
    '<%= config.bin %> token serve --data-dir /var/lib/swarmctl-token --tls-cert cert.pem --tls-key key.pem --client-ca ca.pem',
  ];
  static override enableJsonFlag = false;
  static override flags = {
    listen: Flags.string({
      default: '0.0.0.0:3380',
      description: 'where to listen; [::]:3380 for IPv6 as well',
      helpValue: 'HOST:PORT',
    }),
    'data-dir': Flags.string({
      required: true,
      description: 'folder for what is registered, used by this service alone',
      helpValue: 'DIR',
    }),
    'tls-cert': Flags.string({
      required: true,
      description: 'its certificate, PEM',
      helpValue: 'FILE',
    }),
    'tls-key': Flags.string({
      required: true,
      description: 'its private key, PEM',
      helpValue: 'FILE',
    }),
    'client-ca': file('CA whose clients alone may make and remove tokens, PEM; else everybody may'),
    'token-file': file('tokens, one a line, that exist always and cannot be removed'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokenServe);
    const { parseListen, serve, ServiceError } = await import('../../token-service/index.ts');
    const { SwarmctlError } = await import('../../errors.ts');
    const listen = parseListen(flags.listen);
    if (!listen) {
      throw new SwarmctlError('USAGE', `--listen "${flags.listen}" must look like 0.0.0.0:3380`);
    }
    try {
      await serve(
        {
          listen,
          dataFolder: flags['data-dir'],
          tls: {
            certificate: flags['tls-cert'],
            key: flags['tls-key'],
            clientCa: flags['client-ca'],
          },
          tokenFile: flags['token-file'],
          version: this.config.version,
        },
        // SIGHUP makes the service read its certificate again.
        interruption({ signals: ['SIGINT', 'SIGTERM'] }),
        (line) => {
          this.log(line);
        },
      );
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new SwarmctlError('DISCOVERY', error.message, { cause: error });
    }
  }
}

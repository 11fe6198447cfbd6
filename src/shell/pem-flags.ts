import * as Flags from '@oclif/core/flags';

const pemFile = (description: string) => Flags.string({ description, helpValue: 'FILE' });

/** How a token service is reached that does not belong to a cluster of ours. */
export const pemFlags = {
  ca: pemFile('PEM file of the CA of the service; by default those this machine trusts'),
  cert: pemFile('PEM file of a client certificate, where the service asks for one'),
  key: pemFile('PEM file of its key'),
};

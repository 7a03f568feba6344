import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An Ed25519 public key as RFC 8037 writes it. */
export interface PublicKeyJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
}

export interface KeySet {
  readonly keys: readonly (PublicKeyJwk & { readonly use: 'sig'; readonly alg: 'EdDSA' })[];
}

/** The name of a key: its thumbprint. Source: RFC 7638, RFC 8037 A.3. */
export const thumbprintOf = (x: string): string => createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');

export const keySetOf = (keys: readonly string[]): KeySet =>
  ({ keys: keys.map((x) => ({ kty: 'OKP', crv: 'Ed25519', x, kid: thumbprintOf(x), use: 'sig', alg: 'EdDSA' })) });

/** A key that signs; the private part is never given out. */
export class SigningKey {
  readonly x: string;
  readonly kid: string;
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the signing key is not an Ed25519 key');
    this.#key = key;
    this.x = createPublicKey(key).export({ format: 'jwk' }).x ?? '';
    this.kid = thumbprintOf(this.x);
  }

  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString('base64url');
  }
}

const fresh = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** PKCS #8, DER in base64, as `openssl genpkey -algorithm ed25519 -outform DER | base64 -w0` writes it. Throws TypeError; never names the key. */
export function readSigningKey(base64: string): SigningKey {
  try {
    return new SigningKey(createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' }));
  } catch {
    throw new TypeError('the signing key is not an Ed25519 key in PKCS #8, DER, base64');
  }
}

/** For tests and one-off processes without a data directory: lives as long as the process. */
export const passingSigningKey = (): SigningKey => new SigningKey(fresh());

/**
 * The key of a data directory, made at the first start: `receipt-key.pem`, readable by its owner alone. Of several processes that
 * start at once one file wins, and all use it.
 */
export async function signingKeyIn(directory: string): Promise<SigningKey> {
  const file = join(directory, 'receipt-key.pem');
  const read = async (): Promise<SigningKey> => new SigningKey(createPrivateKey(await readFile(file, 'utf8')));
  const absent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
  try {
    return await read();
  } catch (error) {
    if (!absent(error)) throw error;
  }
  await mkdir(directory, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, fresh().export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  await link(draft, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return read();
}

/** Whether one of the keys signed the text; undefined when none has that name. Never throws: a broken key or signature is no signature. */
export function verifiesWith(keys: readonly { readonly x?: unknown }[], kid: string, text: string, signature: string): boolean | undefined {
  const found = keys.map(({ x }) => String(x)).find((x) => thumbprintOf(x) === kid);
  if (found === undefined) return undefined;
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: found }, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    return bytes.toString('base64url') === signature && verify(null, Buffer.from(text), key, bytes);
  } catch {
    return false;
  }
}

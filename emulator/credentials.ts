/** The user and the password of an `Authorization` header with the scheme Basic. */
export interface BasicCredential {
  readonly user: string;
  readonly password: string;
}

/** The credential of an `Authorization` header with the scheme Bearer. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * What an `Authorization` header with the scheme Basic holds; nothing if there is no colon in it.
 */
export function basicCredential(authorization: string | undefined): BasicCredential | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The token of a request, in whichever of the two forms it was presented. */
export function presentedToken(authorization: string | undefined): string | undefined {
  return bearerToken(authorization) ?? basicCredential(authorization)?.password;
}

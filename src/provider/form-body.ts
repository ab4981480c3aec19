/** A form as the bytes of a request's body, for a fetch that does not know Node's FormData (undici's own does not). */
export interface FormBody {
  /** With the boundary. */
  readonly contentType: string;
  /** Whole, so that the request has a Content-Length: some servers take no chunked bodies. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export async function formBody(form: FormData): Promise<FormBody> {
  const encoded = new Response(form);
  return {
    contentType: encoded.headers.get('content-type') ?? 'multipart/form-data',
    bytes: new Uint8Array(await encoded.arrayBuffer()),
  };
}

/* What everything that a phone sends is known by: an id of its own, and the SHA-256 of its bytes. */
export const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

/* crypto.randomUUID is younger than the oldest telephones. */
export const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

/* A photo or a signature as the store takes it. */
export const marked = async (data, type) => ({
  id: uuid(),
  sha256: await sha256(data),
  type,
  data,
});

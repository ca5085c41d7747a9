// What was filmed lies in the browser's own storage until it is kept or deleted, so that a page that crashes loses nothing.
// Where there is no such storage (private windows), the film lies in the page alone.

const open = () => new Promise((done, failed) => {
  const asked = indexedDB.open("spasmograph-film", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("films", { keyPath: "id" });
    asked.result.createObjectStore("chunks", { keyPath: ["film", "number"] });
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

const settled = (change) => new Promise((done, failed) => {
  change.oncomplete = () => done();
  change.onerror = change.onabort = () => failed(change.error);
});

const all = (store, range) => new Promise((done, failed) => {
  const asked = store.getAll(range);
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

const quietly = async (work) => {
  try {
    const database = await open();
    try { return await work(database); } finally { database.close(); }
  } catch {
    return null;
  }
};

const chunksOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

export const put = (film) => quietly((database) => {
  const change = database.transaction("films", "readwrite");
  change.objectStore("films").put(film);
  return settled(change);
});

export const add = (id, number, chunk) => quietly((database) => {
  const change = database.transaction("chunks", "readwrite");
  change.objectStore("chunks").put({ film: id, number, chunk });
  return settled(change);
});

const lockOf = (id) => `spasmograph-film-${id}`;

// While this page is open, no other page takes the film for one that was left.
export const hold = (id) => { navigator.locks?.request(lockOf(id), () => new Promise(() => {})).catch(() => {}); };

// The newest film that lies here and that no open page holds, whole, or null.
export const leftOver = () => quietly(async (database) => {
  const held = new Set((await navigator.locks?.query())?.held.map(({ name }) => name));
  const films = await all(database.transaction("films").objectStore("films"));
  const film = films.filter(({ id }) => !held.has(lockOf(id))).sort((a, b) => b.id - a.id)[0];
  if (!film) return null;
  const chunks = await all(database.transaction("chunks").objectStore("chunks"), chunksOf(film.id));
  return { ...film, blob: new Blob(chunks.sort((a, b) => a.number - b.number).map(({ chunk }) => chunk), { type: film.type }) };
});

export const forget = (id) => quietly((database) => {
  const change = database.transaction(["films", "chunks"], "readwrite");
  change.objectStore("films").delete(id);
  change.objectStore("chunks").delete(chunksOf(id));
  return settled(change);
});

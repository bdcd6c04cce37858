// What scrolls sideways, such as a wide table, can be reached and scrolled with the keyboard.
const reachable = () => {
  for (const box of document.querySelectorAll(".table-wrapper, .highlight pre")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("DOMContentLoaded", reachable);
addEventListener("resize", reachable);

// The other versions of the site, as the file beside their folders lists them; without that file there is nothing to choose.
const root = () => new URL(document.documentElement.dataset.content_root || "./", document.baseURI);

const listed = async () => {
  try {
    const list = new URL("../versions.json", root());
    const answer = await fetch(list);
    return answer.ok ? (await answer.json()).map(({ name, url }) => ({ name, url: new URL(url, list).href })) : [];
  } catch {
    return [];
  }
};

const opened = async (version) => {
  const here = location.href.startsWith(root().href) ? location.href.slice(root().href.length) : "";
  const same = version + here;
  const exists = await fetch(same.split("#")[0], { method: "HEAD" }).then((answer) => answer.ok, () => false);
  location.assign(exists ? same : version);
};

const offerVersions = async () => {
  const search = document.querySelector(".sidebar-search-container");
  const versions = search ? await listed() : [];
  if (!versions.length) return;
  const label = document.createElement("label");
  const select = document.createElement("select");
  label.className = "site-version";
  label.append("Version", select);
  for (const { name, url } of versions) select.append(new Option(name, url, false, url === root().href));
  if (!versions.some(({ url }) => url === root().href)) select.prepend(new Option("this one", "", true, true));
  select.addEventListener("change", () => select.value && opened(select.value));
  search.after(label);
};
addEventListener("DOMContentLoaded", offerVersions);

import { describe, expect, it } from "vitest";
import { parseListing } from "./listing";

const FOLDER = "http://archive.example/2019-12-02/";
const row = (href: string, shown = href) =>
  `<tr><td valign="top"><img src="/icons/text.gif" alt="[TXT]"></td><td><a href="${href}">${shown}</a></td><td align="right">2019-12-03 01:46  </td><td align="right"> 39K</td><td>&nbsp;</td></tr>`;
const page = (...rows: readonly string[]) => `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /2019-12-02</title>
 </head>
 <body>
<h1>Index of /2019-12-02</h1>
  <table>
   <tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
   <tr><th colspan="5"><hr></th></tr>
<tr><td valign="top"><img src="/icons/back.gif" alt="[PARENTDIR]"></td><td><a href="/">Parent Directory</a></td><td>&nbsp;</td><td align="right">  - </td><td>&nbsp;</td></tr>
${rows.join("\n")}
   <tr><th colspan="5"><hr></th></tr>
</table>
<address>Apache/2.4.39 (Ubuntu) Server at archive.example Port 80</address>
</body></html>
`;

const whole = page(row("a_sensor_2.csv"), row("a_sensor_1.csv"));

describe("listing of a day", () => {
  it.each([
    ["files, by name", whole, ["a_sensor_1.csv", "a_sensor_2.csv"]],
    [
      "only CSV counts",
      page(row("measurements.txt"), row("sensor_count.txt"), row("a_sensor_1.csv.gz")),
      ["a_sensor_1.csv.gz"],
    ],
    ["an index without files", page(), []],
    [
      "links elsewhere",
      page(
        row("../x.csv"),
        row("/y.csv"),
        row("sub/z.csv"),
        row("http://other.example/2019-12-02/w.csv?v=1"),
      ),
      [],
    ],
    ["absolute links into the folder", page(row("/2019-12-02/a_sensor_1.csv")), ["a_sensor_1.csv"]],
    [
      "escaped names; the shown name may be shortened",
      page(row("a%2D1_sensor_1.csv", "a-1_sen..&gt;")),
      ["a-1_sensor_1.csv"],
    ],
    ["a name that cannot be unescaped", page(row("%zz.csv"), row("a_sensor_1.csv")), ["a_sensor_1.csv"]],
    [
      "plain and compressed are one file",
      page(row("a_sensor_1.csv.gz"), row("a_sensor_1.csv"), row("b_sensor_1.csv"), row("b_sensor_1.csv.gz")),
      ["a_sensor_1.csv", "b_sensor_1.csv"],
    ],
    [
      "a list without a table",
      `<html><head><title>Index of /x</title></head><body><pre><a href="?C=N">N</a>\n<A HREF='a_sensor_1.csv'>a</A> 39K\n</pre></body></html>`,
      ["a_sensor_1.csv"],
    ],
  ])("%s", (_, html, names) => {
    expect(parseListing(html, FOLDER)).toEqual({ names });
  });

  it.each([
    ["", "the listing is empty"],
    ["  \n", "the listing is empty"],
    [
      "<html><body><h1>It works!</h1></body></html>",
      'the listing is not an index page: "<html><body><h1>It works!',
    ],
    [whole.slice(0, whole.length / 2), "the listing is cut off"],
    [whole.slice(0, whole.indexOf("</table>")), "the listing is cut off"],
  ])("not believed: %.30s", (html, problem) => {
    expect(parseListing(html, FOLDER)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

using System.Text;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// Remakes tables and figures from a folder of published results (or of ours): report.html,
/// tables/*.csv, figures/*.svg and figures/*.csv. Same input, same bytes.
/// </summary>
public static class PaperReport
{
    /// <summary>Name of the page in its folder.</summary>
    public const string PageName = "report.html";

    /// <summary>Reads, analyses and writes; the page last. Returns the page's path.</summary>
    /// <param name="folder">Holds evaluation and training, or tables/evaluations.csv.</param>
    /// <param name="outFolder">Made if absent; files of the same names are replaced.</param>
    /// <param name="convention">Which published slips are kept.</param>
    /// <exception cref="PaperResultsException">A table cannot be used.</exception>
    public static string Write(string folder, string outFolder, PaperConvention convention)
    {
        PaperResults results = PaperResults.Read(folder, convention);
        var tables = new PaperTables(results);
        IReadOnlyList<ResultTable> files = PaperTableFiles.Of(tables);
        var page = new PaperPage(results, tables, files);
        return WriteAll(outFolder, files, page.Figures, page.Text());
    }

    internal static string WriteAll(
        string outFolder,
        IEnumerable<ResultTable> tables,
        IEnumerable<Figure> figures,
        string page,
        string pageName = PageName
    )
    {
        string tableFolder = Path.Combine(outFolder, "tables");
        string figureFolder = Path.Combine(outFolder, "figures");
        Directory.CreateDirectory(tableFolder);
        Directory.CreateDirectory(figureFolder);
        foreach (ResultTable table in tables)
        {
            Replace(Path.Combine(tableFolder, $"{table.Name}.csv"), table.ToCsv());
        }
        foreach (Figure figure in figures)
        {
            Replace(Path.Combine(figureFolder, $"{figure.Stem}.svg"), FigureSvg.Document(figure));
            Replace(Path.Combine(figureFolder, $"{figure.Stem}.csv"), FigureCsv.Text(figure));
        }
        string path = Path.Combine(outFolder, pageName);
        Replace(path, page);
        return path;
    }

    private static void Replace(string path, string text)
    {
        string partial = path + ".partial";
        File.WriteAllText(partial, text, new UTF8Encoding(false));
        File.Move(partial, path, overwrite: true);
    }
}

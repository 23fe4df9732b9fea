using SseGateway.Harness.Catalogue;

namespace SseGateway.Harness.Reports;

/// <summary>How much of the catalogue can be run: said by the catalogue, so that it cannot be more than there is.</summary>
internal static class CoverageTable
{
    /// <param name="writer">For the table.</param>
    /// <param name="rows">Those that count.</param>
    /// <param name="implemented">Ids that can be run.</param>
    /// <param name="notYet">Reasons by id, or by <c>ID:ROLE</c> where only that role is missing.</param>
    public static void Write(TextWriter writer, IReadOnlyList<CatalogueRow> rows, IReadOnlySet<string> implemented, IReadOnlyDictionary<string, string> notYet)
    {
        var catalogue = CaseCatalogue.Instance;
        writer.WriteLine($"{"section",-32} {"core",9} {"wave 2",9} {"wave 3",9} {"all",9}");
        foreach (var group in rows.GroupBy(row => row.Id.Split('.')[0]))
        {
            writer.WriteLine($"{group.Key} {catalogue.Groups.GetValueOrDefault(group.Key)}");
            foreach (var section in group.GroupBy(row => row.Section))
            {
                writer.WriteLine(Line($"  {section.Key} {catalogue.Sections.GetValueOrDefault(section.Key)}", section.ToArray(), implemented));
            }
        }

        writer.WriteLine(Line("all", rows, implemented));
        var missing = rows.Where(row => row.Wave < 3 && !implemented.Contains(row.Id)).ToArray();
        if (missing.Length > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Not yet, of waves 1 and 2:");
            foreach (var row in missing)
            {
                writer.WriteLine($"  {row.Id,-8} {CaseText.Plain(row.Title)}: {Reason(row, notYet)}");
            }
        }
    }

    private static string Reason(CatalogueRow row, IReadOnlyDictionary<string, string> notYet) =>
        row.Roles.Select(role => $"{row.Id}:{role}").Prepend(row.Id).Select(key => notYet.GetValueOrDefault(key)).FirstOrDefault(reason => reason is not null)
        ?? "no reason given";

    private static string Line(string name, IReadOnlyList<CatalogueRow> rows, IReadOnlySet<string> implemented)
    {
        string Share(Func<CatalogueRow, bool> wanted)
        {
            var all = rows.Where(wanted).ToArray();
            return all.Length == 0 ? "" : $"{all.Count(row => implemented.Contains(row.Id))}/{all.Length}";
        }

        return $"{name,-32} {Share(row => row.Wave == 1),9} {Share(row => row.Wave == 2),9} {Share(row => row.Wave == 3),9} {Share(_ => true),9}";
    }
}

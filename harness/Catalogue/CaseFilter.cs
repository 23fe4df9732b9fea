using SseGateway.Harness.Commands.Options;

namespace SseGateway.Harness.Catalogue;

/// <summary>
/// Which cases are asked for (catalogue, section 0.4): ids, slugs, patterns and tags. Several are a union; one with a leading <c>-</c>
/// or <c>!</c> takes away from it, or from all where nothing else is asked for.
/// </summary>
internal sealed class CaseFilter
{
    private readonly FilterTerm[] _terms;
    private readonly bool _longToo;

    private CaseFilter(FilterTerm[] terms, bool longToo)
    {
        _terms = terms;
        _longToo = longToo;
    }

    /// <summary>Reads what was typed; nothing typed is everything.</summary>
    /// <param name="words">One filter each.</param>
    /// <param name="longToo">Whether cases of more than 10 s are taken as others are. Without it only <c>@long</c> and full ids reach them.</param>
    /// <exception cref="UsageException">A tag is unknown, or a word is empty.</exception>
    public static CaseFilter Parse(IEnumerable<string> words, bool longToo = false) => new(words.Select(FilterTerm.Parse).ToArray(), longToo);

    /// <summary>The rows asked for, each once, in the order given.</summary>
    /// <exception cref="UsageException">A filter matches no row at all, or none is left.</exception>
    public IReadOnlyList<CatalogueRow> Select(IReadOnlyList<CatalogueRow> rows) => SelectRuns(rows).Select(run => run.Row).Distinct().ToArray();

    /// <summary>The same with profiles: a row that is asked for with several, or with and without, is there as often.</summary>
    /// <exception cref="UsageException">A filter matches no row at all, or none is left.</exception>
    public IReadOnlyList<CaseRun> SelectRuns(IReadOnlyList<CatalogueRow> rows)
    {
        foreach (var term in _terms)
        {
            if (!rows.Any(term.Matches))
            {
                throw new UsageException($"no case matches '{term.Text}'");
            }
        }

        var wanted = _terms.Where(term => !term.TakesAway).ToArray();
        var unwanted = _terms.Where(term => term.TakesAway).ToArray();
        var (runs, onlyLong) = (new List<CaseRun>(), false);
        foreach (var row in rows)
        {
            var asking = wanted.Where(term => term.Matches(row)).ToArray();
            if (wanted.Length > 0 && asking.Length == 0)
            {
                continue;
            }

            if (row.Long && !_longToo && !Array.Exists(asking, term => term.AsksForLong(row)))
            {
                onlyLong = true;
                continue;
            }

            // The empty string stands for no profile: Distinct over nulls would do as well, but not DefaultIfEmpty.
            var profiles = asking.Select(term => term.Profile ?? "").DefaultIfEmpty("").Distinct();
            runs.AddRange(profiles.Where(profile => !Array.Exists(unwanted, term => term.Matches(row) && (term.Profile ?? profile) == profile))
                .Select(profile => new CaseRun(row, profile.Length == 0 ? null : profile)));
        }

        if (runs.Count == 0)
        {
            var asked = string.Join(' ', _terms.Select(term => term.Text));
            throw new UsageException(onlyLong ? $"'{asked}' matches only cases that take more than 10 s: add --long" : $"'{asked}' leaves no case");
        }

        return runs;
    }
}

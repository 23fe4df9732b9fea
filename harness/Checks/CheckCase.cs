using System.Reflection;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Checks.Scripts;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Checks;

/// <summary>A catalogue row and the code that runs it against a target.</summary>
internal sealed record CheckCase(CatalogueRow Row, CaseAttribute Attribute, Func<CheckContext, Task<Outcome>> RunAsync)
{
    private static readonly Lazy<IReadOnlyList<CheckCase>> Found = new(Find);

    /// <summary>All there are, in the catalogue's order.</summary>
    public static IReadOnlyList<CheckCase> All => Found.Value;

    private static CheckCase[] Find()
    {
        var methods =
            from type in typeof(CheckCase).Assembly.GetTypes()
            from method in type.GetMethods(
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            from attribute in method.GetCustomAttributes<CaseAttribute>()
            select (type, method, attribute);
        var cases = methods.ToDictionary(
            found => found.attribute.Id,
            found =>
            {
                var row = CaseCatalogue.Instance.Find(found.attribute.Id)
                    ?? throw new InvalidOperationException($"{found.attribute.Id} is not in the catalogue");
                var instance = found.method.IsStatic ? null : Activator.CreateInstance(found.type, nonPublic: true);
                return new CheckCase(row, found.attribute, found.method.CreateDelegate<Func<CheckContext, Task<Outcome>>>(instance));
            });
        foreach (var made in ScriptCases.All.Where(made => !cases.ContainsKey(made.Row.Id)))
        {
            cases.Add(made.Row.Id, made);
        }

        return [.. CaseCatalogue.Instance.Rows.Where(row => cases.ContainsKey(row.Id)).Select(row => cases[row.Id])];
    }
}

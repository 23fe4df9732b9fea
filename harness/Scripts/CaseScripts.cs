using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SseGateway.Harness.Catalogue;

namespace SseGateway.Harness.Scripts;

/// <summary>All cases that are data, in the catalogue's order.</summary>
internal static class CaseScripts
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly Lazy<IReadOnlyList<CaseScript>> Loaded = new(Load);

    public static IReadOnlyList<CaseScript> All => Loaded.Value;

    /// <summary>Null when the row is not data, or not there yet.</summary>
    public static CaseScript? Find(string id) => All.FirstOrDefault(script => script.Id == id);

    /// <summary>
    /// Reads a case file. What runs have in common may stand in their case; <c>bodies</c> names bytes that <c>{"body": "NAME"}</c> stands for;
    /// <c>each</c> makes a run for each value of a variable, written <c>${name}</c>.
    /// </summary>
    /// <exception cref="JsonException">It is no such file.</exception>
    public static CaseFile Parse(string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        var bodies = root["bodies"]?.AsObject();
        root.Remove("bodies");
        foreach (var script in root["cases"]!.AsArray().Select(node => node!.AsObject()))
        {
            script["runs"] = new JsonArray([.. Runs(script).Select(run => Fill(run, bodies))]);
        }

        return root.Deserialize<CaseFile>(Json)!;
    }

    private static CaseScript[] Load()
    {
        var assembly = typeof(CaseScripts).Assembly;
        var scripts = new Dictionary<string, CaseScript>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("cases/", StringComparison.Ordinal)))
        {
            using var stream = new StreamReader(assembly.GetManifestResourceStream(name)!);
            foreach (var script in Parse(stream.ReadToEnd()).Cases)
            {
                scripts.Add(script.Id, script);
            }
        }

        return [.. CaseCatalogue.Instance.Rows.Where(row => scripts.ContainsKey(row.Id)).Select(row => scripts[row.Id])];
    }

    // Each run with what it has from its case, one for each value of its variable.
    private static IEnumerable<JsonObject> Runs(JsonObject script)
    {
        string[] common = ["connections", "expect", "app", "until", "quietMs", "urlSuffix", "loop", "each"];
        var runs = script["runs"]?.AsArray().Select(node => node!.DeepClone().AsObject()).ToArray() ?? [[]];
        foreach (var run in runs)
        {
            foreach (var name in common.Where(name => !run.ContainsKey(name) && script.ContainsKey(name)))
            {
                run[name] = script[name]!.DeepClone();
            }
        }

        foreach (var name in common)
        {
            script.Remove(name);
        }

        return runs.SelectMany(Each);
    }

    private static IEnumerable<JsonObject> Each(JsonObject run)
    {
        if (run["each"] is not { } each)
        {
            yield return run;
            yield break;
        }

        run.Remove("each");
        var (variable, values) = each.AsObject().Select(member => (member.Key, member.Value!)).Single();
        var text = run.ToJsonString();
        IEnumerable<JsonNode> all = values is JsonObject range
            ? Enumerable.Range((int)range["from"]!, (int)range["to"]! - (int)range["from"]! + 1).Select(value => (JsonNode)JsonValue.Create(value))
            : values.AsArray().Select(value => value!);
        foreach (var value in all)
        {
            var inText = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
            var filled = text
                .Replace($"\"${{{variable}:value}}\"", value.ToJsonString(), StringComparison.Ordinal)
                .Replace($"${{{variable}}}", JsonSerializer.Serialize(inText)[1..^1], StringComparison.Ordinal);
            var one = JsonNode.Parse(filled)!.AsObject();
            one["name"] ??= $"{variable} {inText}";
            yield return one;
        }
    }

    // Puts named bodies where they are meant.
    private static JsonNode Fill(JsonNode node, JsonObject? bodies)
    {
        switch (node)
        {
            case JsonObject named when bodies is not null && named["body"] is JsonValue name && bodies[(string)name!] is { } body:
                var piece = new JsonObject { ["text"] = body.DeepClone() };
                foreach (var (member, value) in named.Where(member => member.Key != "body"))
                {
                    piece[member] = value?.DeepClone();
                }

                return piece;
            case JsonObject members:
                foreach (var (name, value) in members.ToArray())
                {
                    if (value is not null)
                    {
                        members[name] = null;
                        members[name] = Fill(value, bodies);
                    }
                }

                return members;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is { } item)
                    {
                        items[i] = null;
                        items[i] = Fill(item, bodies);
                    }
                }

                return items;
            default:
                return node;
        }
    }
}

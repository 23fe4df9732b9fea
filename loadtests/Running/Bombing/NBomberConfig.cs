using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoadTests.Running.Bombing;

/// <summary>A configuration file of NBomber's, as far as a scenario has to know it.</summary>
/// <param name="Stages">The scenario's load simulations; null when the file has none.</param>
/// <param name="Rest">The file without them, for NBomber.</param>
internal sealed record NBomberConfig(IReadOnlyList<LoadStage>? Stages, string Rest)
{
    private const string Flag = "--nbomber-config";

    /// <summary>Reads a file.</summary>
    /// <param name="path">Of it.</param>
    /// <param name="scenario">Whose settings count.</param>
    /// <exception cref="UsageException">It cannot be read, or has what a scenario of streams cannot take.</exception>
    public static NBomberConfig Read(string path, string scenario)
    {
        var root = Parse(Flag, path);
        var global = root["GlobalSettings"] as JsonObject;
        if (global?["ReportFolder"] is not null)
        {
            // NBomber empties it, whatever is in it, before the run.
            throw Wrong(path, "GlobalSettings:ReportFolder", "the report lies beside this program's: use --output");
        }

        if (global?["ScenariosSettings"] is not JsonArray { Count: > 0 } all)
        {
            return new NBomberConfig(null, root.ToJsonString());
        }

        var settings = all.OfType<JsonObject>().SingleOrDefault(each => Text(each["ScenarioName"]) == scenario)
            ?? throw Wrong(path, "GlobalSettings:ScenariosSettings",
                $"has no {scenario}, only {string.Join(", ", all.Select(each => Text(each?["ScenarioName"]) ?? "one without a name"))}");
        if (settings["WarmUpDuration"] is not null)
        {
            throw Wrong(path, "WarmUpDuration", "streams are not opened for practice: leave it out");
        }

        if (!settings.Remove("LoadSimulationsSettings", out var simulations) || simulations is null)
        {
            return new NBomberConfig(null, root.ToJsonString());
        }

        return new NBomberConfig(StagesOf(path, simulations), root.ToJsonString());
    }

    /// <summary>Reads a file that is NBomber's alone.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static JsonObject Parse(string flag, string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path),
                documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject
                ?? throw new UsageException($"{flag}: {path} is no JSON object");
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"{flag}: {path} is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{flag}: {failure.Message}");
        }
    }

    private static LoadStage[] StagesOf(string path, JsonNode simulations)
    {
        var stages = simulations is JsonArray { Count: > 0 } several
            ? several.Select((each, i) => Stage(path, $"LoadSimulationsSettings:{i}", each)).ToArray()
            : throw Wrong(path, "LoadSimulationsSettings", "must be a list of load simulations");
        return LoadPlan.Of(stages).Clients > 0 ? stages : throw Wrong(path, "LoadSimulationsSettings", "brings no client at all");
    }

    private static LoadStage Stage(string path, string where, JsonNode? node)
    {
        if (node is not JsonObject { Count: 1 } one)
        {
            throw Wrong(path, where, "must be one load simulation by its name, such as { \"KeepConstant\": [100, \"00:00:30\"] }");
        }

        var (name, value) = one.Single();
        if (name == "InjectRandom")
        {
            throw Wrong(path, where, "InjectRandom brings nobody knows how many clients, and all of them are asked for at the end: use Inject");
        }

        if (!Enum.TryParse<LoadStageKind>(name, out var kind) || char.IsAsciiDigit(name[0]))
        {
            throw Wrong(path, where, $"{name} is none of {string.Join(", ", Enum.GetNames<LoadStageKind>())}");
        }

        var stage = (kind, value) switch
        {
            (LoadStageKind.Pause, JsonValue during) => LoadStage.Pause(Time(path, where, during)),
            (LoadStageKind.Inject or LoadStageKind.RampingInject, JsonArray { Count: 3 } three) =>
                new LoadStage(kind, Count(path, where, three[0]), Time(path, where, three[1]), Time(path, where, three[2])),
            (LoadStageKind.KeepConstant or LoadStageKind.RampingConstant, JsonArray { Count: 2 } two) =>
                new LoadStage(kind, Count(path, where, two[0]), LoadStage.Least, Time(path, where, two[1])),
            (LoadStageKind.Pause, _) => throw Wrong(path, where, $"{name} takes a time"),
            (LoadStageKind.KeepConstant or LoadStageKind.RampingConstant, _) => throw Wrong(path, where, $"{name} takes [copies, time]"),
            _ => throw Wrong(path, where, $"{name} takes [copies, interval, time]"),
        };
        return stage.During >= LoadStage.Least && stage.Interval <= stage.During
            ? stage
            : throw Wrong(path, where, $"{name}: a stage lasts a second at least, and no shorter than its interval");
    }

    private static int Count(string path, string where, JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var count) && count >= 0
        ? count
        : throw Wrong(path, where, $"{node?.ToJsonString() ?? "null"} is no number of copies");

    private static TimeSpan Time(string path, string where, JsonNode? node) =>
        Text(node) is { } text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero && time < TimeSpan.FromDays(8)
            ? time
            : throw Wrong(path, where, $"{node?.ToJsonString() ?? "null"} is no time such as \"00:00:30\"");

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static UsageException Wrong(string path, string where, string what) => new($"{Flag}: {path}: {where}: {what}");
}

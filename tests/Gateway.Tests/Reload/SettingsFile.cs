using System.Text.Json.Nodes;
using Gateway.Tests.Running;

namespace Gateway.Tests.Reload;

/// <summary>A configuration file to be changed.</summary>
internal sealed class SettingsFile
{
    private readonly string _upstream;
    private readonly JsonObject _settings = [];
    private readonly JsonObject _root = [];
    private JsonObject _proxy = [];

    public SettingsFile(string upstream)
    {
        _upstream = upstream;
        Path = TemporaryFile.Write("");
        Routes("old");
    }

    public string Path { get; }

    public void Routes(params string[] ids)
    {
        _proxy = new JsonObject
        {
            ["Routes"] = new JsonObject(ids.Select(id => KeyValuePair.Create(
                id, (JsonNode?)new JsonObject { ["ClusterId"] = id, ["Match"] = new JsonObject { [nameof(Path)] = $"/{id}/{{**rest}}" } }))),
            ["Clusters"] = new JsonObject(ids.Select(id => KeyValuePair.Create(
                id, (JsonNode?)new JsonObject { ["Destinations"] = new JsonObject { ["one"] = new JsonObject { ["Address"] = _upstream } } }))),
        };
        Write();
    }

    public void Destination(string cluster, string address)
    {
        _proxy["Clusters"]![cluster]!["Destinations"]!["one"]!["Address"] = address;
        Write();
    }

    /// <summary>Sets, or with null removes, a setting below SseGateway.</summary>
    public void Set(string path, string? value)
    {
        var names = path.Split(':');
        var node = _settings;
        foreach (var name in names[..^1]) node = (JsonObject)(node[name] ??= new JsonObject());
        node.Remove(names[^1]);
        if (value is not null) node[names[^1]] = value;
        Write();
    }

    /// <summary>Sets a section of the host's.</summary>
    public void Root(string name, string json)
    {
        _root[name] = JsonNode.Parse(json);
        Write();
    }

    public void Replace(string? content)
    {
        if (content is null) File.Delete(Path);
        else File.WriteAllText(Path, content);
    }

    private void Write()
    {
        var all = (JsonObject)_root.DeepClone();
        (all["ReverseProxy"], all["SseGateway"]) = (_proxy.DeepClone(), _settings.DeepClone());
        Replace(all.ToJsonString());
    }
}

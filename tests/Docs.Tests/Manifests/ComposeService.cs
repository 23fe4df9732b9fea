using YamlDotNet.Serialization;

namespace Docs.Tests.Manifests;

internal sealed class ComposeService
{
    public string Image { get; set; } = "";

    public string Command { get; set; } = "";

    public Dictionary<string, string> Environment { get; set; } = [];

    public List<string> Tmpfs { get; set; } = [];

    public List<string> Secrets { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public List<ComposeMount> Configs { get; set; } = [];

    [YamlMember(Alias = "depends_on", ApplyNamingConventions = false)]
    public List<string> DependsOn { get; set; } = [];

    [YamlMember(Alias = "stop_grace_period", ApplyNamingConventions = false)]
    public string StopGracePeriod { get; set; } = "";
}

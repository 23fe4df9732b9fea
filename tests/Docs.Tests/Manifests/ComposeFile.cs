namespace Docs.Tests.Manifests;

/// <summary>What compose.yaml may have in it: what is not here is a mistake, or has to be thought of here.</summary>
internal sealed class ComposeFile
{
    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, ComposeConfig> Configs { get; set; } = [];

    public Dictionary<string, ComposeSecret> Secrets { get; set; } = [];
}

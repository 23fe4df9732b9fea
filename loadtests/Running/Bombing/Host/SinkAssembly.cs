using System.Reflection;
using System.Runtime.Loader;
using NBomber.Contracts;

namespace LoadTests.Running.Bombing.Host;

/// <summary>Somebody's reporting sinks with what they need beside them; what this program has already, NBomber's contracts above all, is shared with
/// it.</summary>
internal sealed class SinkAssembly : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _beside;

    private SinkAssembly(string path) => _beside = new AssemblyDependencyResolver(path);

    /// <summary>Makes one of each reporting sink in an assembly that can be made without arguments.</summary>
    /// <exception cref="IOException">There is none, or it is no assembly.</exception>
    public static IReadOnlyList<IReportingSink> Load(string file)
    {
        var path = Path.GetFullPath(file);
        try
        {
            var sinks = new SinkAssembly(path).LoadFromAssemblyPath(path).GetExportedTypes()
                .Where(type => type is { IsAbstract: false, IsClass: true } && type.IsAssignableTo(typeof(IReportingSink))
                    && type.GetConstructor(Type.EmptyTypes) is not null)
                .Select(type => (IReportingSink)Activator.CreateInstance(type)!)
                .ToArray();
            return sinks.Length > 0 ? sinks : throw new IOException($"--nbomber-sink: {file} has no public reporting sink that can be made without arguments");
        }
        catch (Exception failure) when (
            failure is BadImageFormatException or FileLoadException or FileNotFoundException or ReflectionTypeLoadException or TargetInvocationException)
        {
            throw new IOException($"--nbomber-sink: {file}: {(failure.InnerException ?? failure).Message}", failure);
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        try
        {
            return Default.LoadFromAssemblyName(assemblyName);
        }
        catch (Exception missing) when (missing is FileNotFoundException or FileLoadException)
        {
            return _beside.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
        }
    }
}

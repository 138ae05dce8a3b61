using System.Reflection;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using Robustness.Emulator;
using Robustness.Tests.Compute;
using LayerBackends = Robustness.Tests.Compute.Backends;

namespace Robustness.Tests.Cuda;

/// <summary>
/// Runs the contract tests on the emulator and gives the reports of their launches.
/// </summary>
internal static class ContractLaunches
{
    /// <summary>Every case of every fixture that takes the backends of layers.</summary>
    public static IReadOnlyList<LaunchReport> Run()
    {
        int mark = EmulatedDevice.Shared.LaunchCount;
        foreach (Type type in Fixtures())
        {
            object fixture = Activator.CreateInstance(type, BackendUnderTest.Emulator)!;
            foreach (MethodInfo method in type.GetMethods())
            {
                foreach (object?[] arguments in Cases(type, method))
                {
                    Call(fixture, method, arguments);
                }
            }
        }
        return [.. EmulatedDevice.Shared.Since(mark)];
    }

    private static IEnumerable<Type> Fixtures() =>
        typeof(LayerBackends)
            .Assembly.GetTypes()
            .Where(type =>
                type.GetCustomAttribute<TestFixtureSourceAttribute>()?.SourceName
                == nameof(LayerBackends.OfLayers)
            );

    private static IEnumerable<object?[]> Cases(Type type, MethodInfo method)
    {
        foreach (TestCaseAttribute one in method.GetCustomAttributes<TestCaseAttribute>())
        {
            yield return one.Arguments;
        }
        if (method.GetCustomAttribute<TestAttribute>() is null)
        {
            yield break;
        }
        IEnumerable<object?[]> cases =
        [
            [],
        ];
        foreach (IParameterInfo parameter in new MethodWrapper(type, method).GetParameters())
        {
            object?[] values =
            [
                .. parameter
                    .GetCustomAttributes<IParameterDataSource>(inherit: false)
                    .SelectMany(source => source.GetData(parameter).Cast<object?>()),
            ];
            cases = cases.SelectMany(_ => values, (before, value) => (object?[])[.. before, value]);
        }
        foreach (object?[] one in cases)
        {
            yield return one;
        }
    }

    private static void Call(object fixture, MethodInfo method, object?[] arguments)
    {
        try
        {
            method.Invoke(fixture, arguments);
        }
        catch (TargetInvocationException error) when (error.InnerException is IgnoreException)
        {
            // The case is not for this backend and has launched nothing that counts.
        }
    }
}
